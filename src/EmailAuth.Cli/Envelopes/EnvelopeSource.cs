namespace EmailAuth.Cli.Envelopes;

/// <summary>Where a part of an envelope is from.</summary>
internal enum EnvelopeSource
{
    /// <summary>The part is not known.</summary>
    None,

    /// <summary>The user gave it as an option.</summary>
    Option,

    /// <summary>A Received field.</summary>
    Received,

    /// <summary>A Received-SPF field.</summary>
    ReceivedSpf,

    /// <summary>A Return-Path field.</summary>
    ReturnPath,

    /// <summary>The line that starts the message in an mbox file.</summary>
    Mailbox,
}
