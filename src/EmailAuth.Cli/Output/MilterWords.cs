using System.Diagnostics;
using System.Globalization;
using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Protocol.Trial;

namespace EmailAuth.Cli.Output;

/// <summary>The words for what a milter asks for, replies and changes.</summary>
internal static class MilterWords
{
    private static readonly (MilterActions Action, string Words)[] Actions =
    [
        (MilterActions.AddHeaders, "add header fields"), (MilterActions.ChangeHeaders, "change header fields"), (MilterActions.ChangeBody, "replace the body"),
        (MilterActions.AddRecipients, "add recipients"), (MilterActions.AddRecipientsWithArguments, "add recipients with arguments"),
        (MilterActions.DeleteRecipients, "delete recipients"), (MilterActions.ChangeSender, "change the sender"), (MilterActions.Quarantine, "hold messages"),
        (MilterActions.SetMacroList, "choose macros"),
    ];

    private static readonly (MilterSteps Step, string Words)[] Steps =
    [
        (MilterSteps.NoConnect, "CONNECT"), (MilterSteps.NoHelo, "HELO"), (MilterSteps.NoMail, "MAIL"), (MilterSteps.NoRecipients, "RCPT"), (MilterSteps.NoData, "DATA"),
        (MilterSteps.NoUnknown, "unknown commands"), (MilterSteps.NoHeaders, "header fields"), (MilterSteps.NoEndOfHeaders, "end of header"), (MilterSteps.NoBody, "body"),
        (MilterSteps.NoReplyToConnect, "reply to CONNECT"), (MilterSteps.NoReplyToHelo, "reply to HELO"), (MilterSteps.NoReplyToMail, "reply to MAIL"),
        (MilterSteps.NoReplyToRecipient, "reply to RCPT"), (MilterSteps.NoReplyToData, "reply to DATA"), (MilterSteps.NoReplyToUnknown, "reply to unknown commands"),
        (MilterSteps.NoReplyToHeader, "reply to header fields"), (MilterSteps.NoReplyToEndOfHeaders, "reply to end of header"), (MilterSteps.NoReplyToBody, "reply to body"),
    ];

    /// <summary>What the milter may do.</summary>
    public static IReadOnlyList<string> Of(MilterActions actions) => [.. Actions.Where(pair => actions.HasFlag(pair.Action)).Select(pair => pair.Words)];

    /// <summary>What is left out of the dialogue.</summary>
    public static IReadOnlyList<string> Of(MilterSteps steps) => [.. Steps.Where(pair => steps.HasFlag(pair.Step)).Select(pair => pair.Words)];

    /// <summary>The step for which macros are asked.</summary>
    public static string Of(MilterMacroStage stage) => stage switch
    {
        MilterMacroStage.Connect => "CONNECT",
        MilterMacroStage.Helo => "HELO",
        MilterMacroStage.Mail => "MAIL",
        MilterMacroStage.Recipient => "RCPT",
        MilterMacroStage.Data => "DATA",
        MilterMacroStage.EndOfMessage => "end of message",
        MilterMacroStage.EndOfHeaders => "end of header",
        _ => ((int)stage).ToString(CultureInfo.InvariantCulture), // a number that the milter sent
    };

    /// <summary>A reply.</summary>
    public static string Of(MilterReply reply) => reply switch
    {
        MilterReply.Accept => "accept",
        MilterReply.Continue => "continue",
        MilterReply.Discard => "discard",
        MilterReply.Reject => "reject",
        MilterReply.Skip => "skip the rest",
        MilterReply.TemporaryFailure => "temporary failure",
        MilterReply.ReplyCode => "reply",
        MilterReply.AddRecipient => "add recipient",
        MilterReply.AddRecipientWithArguments => "add recipient with arguments",
        MilterReply.DeleteRecipient => "delete recipient",
        MilterReply.ReplaceBody => "replace body",
        MilterReply.ChangeSender => "change sender",
        MilterReply.AddHeader => "add field",
        MilterReply.InsertHeader => "insert field",
        MilterReply.ChangeHeader => "change field",
        MilterReply.Progress => "still working",
        MilterReply.Quarantine => "hold the message",
        _ => throw new UnreachableException(),
    };

    /// <summary>A change, with its text.</summary>
    public static string Of(MilterTrialChange change) => change.Kind switch
    {
        MilterReply.AddHeader => $"adds {change.Name}: {OneLine(change.Value)}",
        MilterReply.InsertHeader => string.Create(CultureInfo.InvariantCulture, $"inserts at {change.Index} {change.Name}: {OneLine(change.Value)}"),
        MilterReply.ChangeHeader when change.Value.Length == 0 => string.Create(CultureInfo.InvariantCulture, $"removes field {change.Index} of {change.Name}"),
        MilterReply.ChangeHeader => string.Create(CultureInfo.InvariantCulture, $"changes field {change.Index} of {change.Name}: {OneLine(change.Value)}"),
        MilterReply.ReplaceBody => string.Create(CultureInfo.InvariantCulture, $"replaces the body: {change.Body.Length} octets"),
        MilterReply.Quarantine => $"holds the message: {OneLine(change.Value)}",
        MilterReply.AddRecipient or MilterReply.AddRecipientWithArguments => $"adds the recipient {change.Name} {change.Value}".TrimEnd(),
        MilterReply.DeleteRecipient => $"deletes the recipient {change.Name}",
        MilterReply.ChangeSender => $"changes the sender to {change.Name} {change.Value}".TrimEnd(),
        MilterReply.Accept or MilterReply.Continue or MilterReply.Discard or MilterReply.Progress or MilterReply.Reject or MilterReply.Skip
            or MilterReply.TemporaryFailure or MilterReply.ReplyCode => throw new UnreachableException(),
        _ => throw new UnreachableException(),
    };

    // As the field is when it is unfolded (RFC 5322 section 2.2.3).
    private static string OneLine(string value) => value.ReplaceLineEndings(string.Empty).Trim();
}
