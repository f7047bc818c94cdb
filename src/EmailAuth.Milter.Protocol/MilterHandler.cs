using System.Collections.Immutable;

namespace EmailAuth.Milter.Protocol;

/// <summary>
/// A milter: override the steps that it needs. Each step returns what the MTA is to do; steps that are not overridden continue.
/// </summary>
/// <remarks>
/// <para>An instance serves one connection, on which clients and their messages come one after the other. Its methods are called one at a
/// time, in the order of the dialogue, each after the previous one has returned, so fields need no lock. The order is checked: no MTA can call
/// <see cref="OnRecipientAsync"/> before <see cref="OnMailAsync"/>. Memory that a method receives is valid until the method has returned.
/// A connection that is to end cancels the token of the method that runs, and ends when that has returned.</para>
/// <para>An exception of a method ends the connection, and is rethrown by
/// <see cref="MilterConnection.RunAsync(Stream, MilterHandler, MilterConnectionOptions, CancellationToken, CancellationToken)"/>; the MTA then
/// does what its settings say about a milter that fails. The same happens after an answer other than <see cref="MilterResponse.Continue"/> and
/// <see cref="MilterResponse.Skip"/> to a step for which the milter asked to send no reply.</para>
/// </remarks>
/// <example>
/// A milter that rejects one client and marks all other mail:
/// <code>
/// using EmailAuth.Milter.Protocol;
///
/// // For each connection of the MTA:
/// var result = await MilterConnection.RunAsync(stream, new Filter(), Filter.Options);
///
/// sealed class Filter : MilterHandler
/// {
///     public static readonly MilterConnectionOptions Options = new() { RequiredActions = MilterActions.AddHeaders };
///
///     public override ValueTask&lt;MilterResponse&gt; OnHeloAsync(MilterContext context, string name, CancellationToken cancellationToken) =>
///         new(name == "spam.example" ? MilterResponse.Refuse("550 5.7.1 Not accepted") : MilterResponse.Continue);
///
///     public override ValueTask&lt;MilterResponse&gt; OnEndOfMessageAsync(
///         MilterContext context, MilterModifications modifications, CancellationToken cancellationToken)
///     {
///         modifications.AddHeader("X-Filtered", $"as {context.Macros["i"]}");
///         return new(MilterResponse.Continue);
///     }
/// }
/// </code>
/// </example>
public abstract class MilterHandler
{
    private static ValueTask<MilterResponse> Continue => new(MilterResponse.Continue);

    /// <summary>The options are agreed on: see <see cref="MilterContext.Actions"/> and <see cref="MilterContext.Steps"/>.</summary>
    /// <param name="context">The connection.</param>
    public virtual void OnNegotiated(MilterContext context)
    {
    }

    /// <summary>A client connects to the MTA.</summary>
    /// <param name="context">The connection.</param>
    /// <param name="client">The client.</param>
    /// <param name="cancellationToken">Cancelled when the connection is to end at once.</param>
    public virtual ValueTask<MilterResponse> OnConnectAsync(MilterContext context, MilterClient client, CancellationToken cancellationToken) => Continue;

    /// <summary>The client says HELO or EHLO. A message in progress has already been abandoned (RFC 5321 section 4.1.4).</summary>
    /// <param name="context">The connection.</param>
    /// <param name="name">The name that the client gives itself, not verified.</param>
    /// <param name="cancellationToken">Cancelled when the connection is to end at once.</param>
    public virtual ValueTask<MilterResponse> OnHeloAsync(MilterContext context, string name, CancellationToken cancellationToken) => Continue;

    /// <summary>A message begins.</summary>
    /// <param name="context">The connection.</param>
    /// <param name="reversePath">The reverse-path without its brackets; empty for the null one. Bytes that are not UTF-8 become U+FFFD.</param>
    /// <param name="arguments">The command's arguments, such as <c>SIZE=1000</c>.</param>
    /// <param name="cancellationToken">Cancelled when the connection is to end at once.</param>
    public virtual ValueTask<MilterResponse> OnMailAsync(
        MilterContext context, string reversePath, ImmutableArray<string> arguments, CancellationToken cancellationToken) => Continue;

    /// <summary>A recipient, which the MTA accepts unless <see cref="MilterSteps.RejectedRecipients"/> was agreed on.</summary>
    /// <param name="context">The connection.</param>
    /// <param name="forwardPath">The forward-path without its brackets. Bytes that are not UTF-8 become U+FFFD.</param>
    /// <param name="arguments">The command's arguments.</param>
    /// <param name="cancellationToken">Cancelled when the connection is to end at once.</param>
    public virtual ValueTask<MilterResponse> OnRecipientAsync(
        MilterContext context, string forwardPath, ImmutableArray<string> arguments, CancellationToken cancellationToken) => Continue;

    /// <summary>The client says DATA.</summary>
    /// <param name="context">The connection.</param>
    /// <param name="cancellationToken">Cancelled when the connection is to end at once.</param>
    public virtual ValueTask<MilterResponse> OnDataAsync(MilterContext context, CancellationToken cancellationToken) => Continue;

    /// <summary>The client says a command that the MTA does not know.</summary>
    /// <param name="context">The connection.</param>
    /// <param name="command">The command as it came.</param>
    /// <param name="cancellationToken">Cancelled when the connection is to end at once.</param>
    public virtual ValueTask<MilterResponse> OnUnknownCommandAsync(MilterContext context, string command, CancellationToken cancellationToken) => Continue;

    /// <summary>A header field, in the order of the message.</summary>
    /// <param name="context">The connection.</param>
    /// <param name="name">What is before the colon.</param>
    /// <param name="value">
    /// What is after the colon, as it is in the message: leading space and folds (CRLF) included, the final CRLF not. Where
    /// <see cref="MilterSteps.HeaderLeadingSpace"/> was not agreed on, a single space before the value is assumed.
    /// </param>
    /// <param name="cancellationToken">Cancelled when the connection is to end at once.</param>
    public virtual ValueTask<MilterResponse> OnHeaderAsync(
        MilterContext context, ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) => Continue;

    /// <summary>The header has ended. An MTA may leave this out before an empty body.</summary>
    /// <param name="context">The connection.</param>
    /// <param name="cancellationToken">Cancelled when the connection is to end at once.</param>
    public virtual ValueTask<MilterResponse> OnEndOfHeadersAsync(MilterContext context, CancellationToken cancellationToken) => Continue;

    /// <summary>A piece of the body. The borders between pieces have no meaning.</summary>
    /// <param name="context">The connection.</param>
    /// <param name="piece">The bytes, lines ended by CRLF; never empty.</param>
    /// <param name="cancellationToken">Cancelled when the connection is to end at once.</param>
    public virtual ValueTask<MilterResponse> OnBodyAsync(MilterContext context, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken) => Continue;

    /// <summary>
    /// The message has ended: now it can be changed. While this method runs, the MTA is told to keep waiting
    /// (<see cref="MilterConnectionOptions.ProgressInterval"/>).
    /// </summary>
    /// <param name="context">The connection.</param>
    /// <param name="modifications">Collects the changes.</param>
    /// <param name="cancellationToken">Cancelled when the connection is to end at once.</param>
    public virtual ValueTask<MilterResponse> OnEndOfMessageAsync(
        MilterContext context, MilterModifications modifications, CancellationToken cancellationToken) => Continue;

    /// <summary>The client or the MTA abandoned the message in progress; another may begin.</summary>
    /// <param name="context">The connection.</param>
    public virtual ValueTask OnAbortAsync(MilterContext context) => default;

    /// <summary>
    /// The client has left: another may connect, or the connection has ended, perhaps within a message. Called at least once for each
    /// connection, also when no command came, or when another method threw.
    /// </summary>
    /// <param name="context">The connection.</param>
    public virtual ValueTask OnCloseAsync(MilterContext context) => default;
}
