namespace EmailAuth.Milter.Tests.EndToEnd.RedTeam;

/// <summary>What the receiver must answer.</summary>
internal enum Answer
{
    /// <summary>5xx: it is not delivered, and is not to come again.</summary>
    Refused,

    /// <summary>4xx: not now.</summary>
    Deferred,

    /// <summary>250, and it is delivered with no result but ours.</summary>
    Delivered,
}

/// <summary>A mail, and what must become of it.</summary>
/// <param name="What">What is odd about it.</param>
/// <param name="Expected">The answer.</param>
/// <param name="Message">Header and body, with CRLF.</param>
internal sealed record Mail(string What, Answer Expected, byte[] Message)
{
    /// <summary>The parameter of MAIL FROM.</summary>
    public string From { get; init; } = $"<m@{HostileDns.Evil}>";

    public string Client { get; init; } = HostileDns.EvilAddress;

    public string Helo { get; init; } = $"mail.{HostileDns.Evil}";

    /// <summary>The name by which the client authenticated, or null.</summary>
    public string? Login { get; init; }

    /// <summary>Whether the bank wrote it: then the bank's domain may pass, and must.</summary>
    public bool IsOfBank { get; init; }

    /// <summary>Whether the client is one whose mail is not judged: the message has no field of ours.</summary>
    public bool IsUnjudged { get; init; }

    /// <summary>What our field of the delivered message says, or null.</summary>
    public string? Says { get; init; }

    /// <summary>What is nowhere in the delivered message, or null.</summary>
    public string? Never { get; init; }

    /// <summary>How it is sent, where that is not by MAIL, RCPT and DATA with dots stuffed; null otherwise.</summary>
    public Func<SmtpConnection, Mail, string, Task<string>>? Sending { get; init; }
}

/// <summary>A row of the threats: the mails that do what it says, and the tests of what no mail can reach.</summary>
/// <param name="Begins">How the row's first column begins.</param>
internal sealed record Threat(string Begins)
{
    public IReadOnlyList<Mail> Mails { get; init; } = [];

    /// <summary>Tests elsewhere: "PROJECT/CLASS.METHOD".</summary>
    public IReadOnlyList<string> Tests { get; init; } = [];
}
