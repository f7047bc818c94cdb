using System.IO.Pipelines;

namespace EmailAuth.Milter.Protocol;

/// <summary>Serves the connection of an MTA: versions 2 to 6 of the milter protocol, as Sendmail and Postfix speak it.</summary>
/// <remarks>Thread-safe: any number of connections can be served at a time, each with a handler of its own.</remarks>
public static class MilterConnection
{
    /// <summary>Serves one connection to its end.</summary>
    /// <param name="stream">The connection, such as a <see cref="System.Net.Sockets.NetworkStream"/>. It stays open: the caller closes it.</param>
    /// <param name="handler">The milter; each connection needs its own instance.</param>
    /// <param name="options">What the milter asks of the MTA, and the limits; null for the defaults.</param>
    /// <param name="stopping">When cancelled, the connection ends as soon as no message is in progress.</param>
    /// <param name="cancellationToken">Ends the connection at once, and cancels the handler.</param>
    /// <returns>How the connection ended. Nothing that the MTA does and no failure of the transport is an exception.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<MilterConnectionResult> RunAsync(
        Stream stream, MilterHandler handler, MilterConnectionOptions? options = null, CancellationToken stopping = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(handler);
        var state = ConnectionStates.Take();
        return await state.ServeAsync(stream, handler, options, stopping, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Serves one connection to its end.</summary>
    /// <param name="input">What the MTA sends. It is not completed.</param>
    /// <param name="output">Takes what is sent to the MTA. It is not completed.</param>
    /// <param name="handler">The milter; each connection needs its own instance.</param>
    /// <param name="options">What the milter asks of the MTA, and the limits; null for the defaults.</param>
    /// <param name="stopping">When cancelled, the connection ends as soon as no message is in progress.</param>
    /// <param name="cancellationToken">Ends the connection at once, and cancels the handler.</param>
    /// <returns>How the connection ended. Nothing that the MTA does and no failure of the transport is an exception.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<MilterConnectionResult> RunAsync(
        PipeReader input, PipeWriter output, MilterHandler handler, MilterConnectionOptions? options = null, CancellationToken stopping = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(handler);
        return await ConnectionStates.Take().ServeAsync(input, output, handler, options, stopping, cancellationToken).ConfigureAwait(false);
    }
}
