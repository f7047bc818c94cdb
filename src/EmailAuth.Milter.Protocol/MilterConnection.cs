using System.IO.Pipelines;

namespace EmailAuth.Milter.Protocol;

/// <summary>Serves the connection of an MTA: versions 2 to 6 of the milter protocol, as Sendmail and Postfix speak it.</summary>
/// <remarks>Thread-safe: any number of connections can be served at a time, each with a handler of its own.</remarks>
public static class MilterConnection
{
    /// <summary>Serves one connection to its end.</summary>
    /// <param name="stream">The connection, such as a <see cref="System.Net.Sockets.NetworkStream"/>. It stays open: the caller closes it.</param>
    /// <param name="handler">The milter; an instance of its own for each connection.</param>
    /// <param name="options">What is asked of the MTA, and the bounds; null for the defaults.</param>
    /// <param name="stopping">When cancelled, the connection ends as soon as no message is in hand.</param>
    /// <param name="cancellationToken">Ends the connection at once: what the handler waits for is cancelled.</param>
    /// <returns>How it ended. Whatever the MTA does and whatever befalls the transport is a result.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<MilterConnectionResult> RunAsync(
        Stream stream, MilterHandler handler, MilterConnectionOptions? options = null, CancellationToken stopping = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        try
        {
            return await RunAsync(input, output, handler, options, stopping, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // With an exception, so that replies that could not be sent are not tried again.
            await input.CompleteAsync().ConfigureAwait(false);
            await output.CompleteAsync(new OperationCanceledException()).ConfigureAwait(false);
        }
    }

    /// <summary>Serves one connection to its end.</summary>
    /// <param name="input">What the MTA sends. It is not completed.</param>
    /// <param name="output">Takes what is sent to the MTA. It is not completed.</param>
    /// <param name="handler">The milter; an instance of its own for each connection.</param>
    /// <param name="options">What is asked of the MTA, and the bounds; null for the defaults.</param>
    /// <param name="stopping">When cancelled, the connection ends as soon as no message is in hand.</param>
    /// <param name="cancellationToken">Ends the connection at once: what the handler waits for is cancelled.</param>
    /// <returns>How it ended. Whatever the MTA does and whatever befalls the transport is a result.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<MilterConnectionResult> RunAsync(
        PipeReader input, PipeWriter output, MilterHandler handler, MilterConnectionOptions? options = null, CancellationToken stopping = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(handler);
        using var loop = new ConnectionLoop(input, output, handler, options ?? MilterConnectionOptions.Default, stopping, cancellationToken);
        return await loop.RunAsync().ConfigureAwait(false);
    }
}
