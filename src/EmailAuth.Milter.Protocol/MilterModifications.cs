using System.Buffers;

namespace EmailAuth.Milter.Protocol;

/// <summary>
/// Changes to a message, collected at its end. They are sent, in the order of the calls, if the handler then continues or accepts; a
/// message that is refused or discarded is not changed. Each change needs its action. An action in
/// <see cref="MilterConnectionOptions.RequiredActions"/> is always allowed; before using one in
/// <see cref="MilterConnectionOptions.OptionalActions"/>, check <see cref="MilterContext.Actions"/>.
/// </summary>
/// <remarks>
/// Texts are sent as UTF-8 and end at a NUL. Not thread-safe; valid until <see cref="MilterHandler.OnEndOfMessageAsync"/> has returned.
/// </remarks>
public sealed class MilterModifications
{
    private readonly MilterNegotiation _agreed;
    private readonly ArrayBufferWriter<byte> _packets = new();

    internal MilterModifications(MilterNegotiation agreed) => _agreed = agreed;

    internal ReadOnlySpan<byte> Packets => _packets.WrittenSpan;

    /// <summary>Adds a field at the end of the header (<see cref="MilterActions.AddHeaders"/>).</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="value">
    /// What follows the colon and its space. A line break (CRLF or LF) folds the field where a space or a tab follows it; any other becomes a
    /// space, so that no value can end its field.
    /// </param>
    /// <exception cref="InvalidOperationException">The action was not agreed on.</exception>
    /// <exception cref="ArgumentException">The name is not one of a field: printable ASCII without a colon.</exception>
    public void AddHeader(string name, string value)
    {
        Need(MilterActions.AddHeaders);
        CheckField(name, value);
        _packets.WriteAddHeader(name, value, _agreed.HasLeadingSpace);
    }

    /// <summary>Inserts a field (<see cref="MilterActions.AddHeaders"/>).</summary>
    /// <param name="index">Its place in the whole header, the MTA's own Received field included: 0 is the very top.</param>
    /// <param name="name">The field's name.</param>
    /// <param name="value">As for <see cref="AddHeader"/>.</param>
    /// <exception cref="InvalidOperationException">The action was not agreed on.</exception>
    /// <exception cref="ArgumentException">As for <see cref="AddHeader"/>, or the index is negative.</exception>
    public void InsertHeader(int index, string name, string value)
    {
        Need(MilterActions.AddHeaders);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        CheckField(name, value);
        _packets.WriteInsertHeader(index, name, value, _agreed.HasLeadingSpace);
    }

    /// <summary>Changes a field of the message; without such a field, most MTAs add it (<see cref="MilterActions.ChangeHeaders"/>).</summary>
    /// <param name="occurrence">Which of the fields of this name, counted from 1 at the top.</param>
    /// <param name="name">The field's name; upper and lower case are the same.</param>
    /// <param name="value">As for <see cref="AddHeader"/>; empty removes the field.</param>
    /// <exception cref="InvalidOperationException">The action was not agreed on.</exception>
    /// <exception cref="ArgumentException">As for <see cref="AddHeader"/>, or the occurrence is less than 1.</exception>
    public void ChangeHeader(int occurrence, string name, string value)
    {
        CheckField(name, value);
        Change(occurrence, name, value);
    }

    /// <summary>Removes a field of the message (<see cref="MilterActions.ChangeHeaders"/>).</summary>
    /// <param name="occurrence">
    /// Which of the fields of this name, counted from 1 at the top. Remove from the bottom up: MTAs differ in whether they count removed fields.
    /// </param>
    /// <param name="name">The field's name as it arrived, with any bytes: each character is one byte, U+0000 to U+00FF.</param>
    /// <exception cref="InvalidOperationException">The action was not agreed on.</exception>
    /// <exception cref="ArgumentException">The occurrence is less than 1.</exception>
    public void RemoveHeader(int occurrence, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Change(occurrence, name, string.Empty);
    }

    /// <summary>Adds a recipient (<see cref="MilterActions.AddRecipients"/>).</summary>
    /// <param name="forwardPath">The path with its brackets, such as <c>&lt;bob@example.org&gt;</c>. A line break in it becomes a space, as in all paths and arguments.</param>
    /// <param name="arguments">Arguments of the RCPT command, which need <see cref="MilterActions.AddRecipientsWithArguments"/>; null for none.</param>
    /// <exception cref="InvalidOperationException">The action was not agreed on.</exception>
    public void AddRecipient(string forwardPath, string? arguments = null)
    {
        ArgumentNullException.ThrowIfNull(forwardPath);
        Need(arguments is null ? MilterActions.AddRecipients : MilterActions.AddRecipientsWithArguments);
        _packets.WritePath(arguments is null ? MilterReply.AddRecipient : MilterReply.AddRecipientWithArguments, forwardPath, arguments);
    }

    /// <summary>Deletes a recipient (<see cref="MilterActions.DeleteRecipients"/>).</summary>
    /// <param name="forwardPath">The path with its brackets, as it came.</param>
    /// <exception cref="InvalidOperationException">The action was not agreed on.</exception>
    public void DeleteRecipient(string forwardPath)
    {
        ArgumentNullException.ThrowIfNull(forwardPath);
        Need(MilterActions.DeleteRecipients);
        _packets.WritePath(MilterReply.DeleteRecipient, forwardPath);
    }

    /// <summary>Changes the sender of the envelope (<see cref="MilterActions.ChangeSender"/>).</summary>
    /// <param name="reversePath">The path with its brackets; <c>&lt;&gt;</c> for the null one.</param>
    /// <param name="arguments">Arguments of the MAIL command, or null.</param>
    /// <exception cref="InvalidOperationException">The action was not agreed on.</exception>
    public void ChangeSender(string reversePath, string? arguments = null)
    {
        ArgumentNullException.ThrowIfNull(reversePath);
        Need(MilterActions.ChangeSender);
        _packets.WritePath(MilterReply.ChangeSender, reversePath, arguments);
    }

    /// <summary>Replaces the body; each further call continues the replacement (<see cref="MilterActions.ChangeBody"/>).</summary>
    /// <param name="body">The new body or a piece of it, of any length, lines ended by CRLF. It is copied.</param>
    /// <exception cref="InvalidOperationException">The action was not agreed on.</exception>
    public void ReplaceBody(ReadOnlySpan<byte> body)
    {
        Need(MilterActions.ChangeBody);
        _packets.WriteBody(body);
    }

    /// <summary>Asks the MTA to hold the message until a person decides (<see cref="MilterActions.Quarantine"/>).</summary>
    /// <param name="reason">The reason, in one line; the MTA keeps it with the message.</param>
    /// <exception cref="InvalidOperationException">The action was not agreed on.</exception>
    public void Quarantine(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        Need(MilterActions.Quarantine);
        _packets.WriteQuarantine(reason);
    }

    private void Change(int occurrence, string name, string value)
    {
        Need(MilterActions.ChangeHeaders);
        ArgumentOutOfRangeException.ThrowIfLessThan(occurrence, 1);
        _packets.WriteChangeHeader(occurrence, name, value, _agreed.HasLeadingSpace);
    }

    private void Need(MilterActions action)
    {
        if (!_agreed.Actions.HasFlag(action))
        {
            throw new InvalidOperationException($"The MTA has not agreed that this milter may {action.Describe()}.");
        }
    }

    // RFC 5322 section 2.2: printable ASCII without a colon.
    private static void CheckField(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        if (name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException("not the name of a header field", nameof(name));
        }
    }
}
