using System.Diagnostics;

namespace EmailAuth.Cli.Envelopes;

/// <summary>The words of the sources of an envelope.</summary>
internal static class EnvelopeSourceWords
{
    /// <summary>For programs; null for <see cref="EnvelopeSource.None"/>.</summary>
    public static string? Keyword(this EnvelopeSource source) => source switch
    {
        EnvelopeSource.None => null,
        EnvelopeSource.Option => "option",
        EnvelopeSource.Received => "received",
        EnvelopeSource.ReceivedSpf => "received_spf",
        EnvelopeSource.ReturnPath => "return_path",
        EnvelopeSource.Mailbox => "mbox",
        _ => throw new UnreachableException(),
    };

    /// <summary>For people.</summary>
    public static string Words(this EnvelopeSource source, int? line) => source switch
    {
        EnvelopeSource.None => "nowhere",
        EnvelopeSource.Option => "the option",
        EnvelopeSource.Received => $"Received {line}",
        EnvelopeSource.ReceivedSpf => "Received-SPF",
        EnvelopeSource.ReturnPath => "Return-Path",
        EnvelopeSource.Mailbox => "the mbox line",
        _ => throw new UnreachableException(),
    };
}
