using System.Net;
using EmailAuth.Fuzz.Support;
using EmailAuth.Fuzz.Targets;
using EmailAuth.Messages;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>A message of the mix with its envelope, and what must come of it beside what holds for every message.</summary>
internal sealed record SoakMail(string Name, SmtpEnvelope Envelope, byte[] Message)
{
    // A client sends what it likes; the limits are the session's.
    private static readonly MessageLimits Unlimited = new() { MaxHeaderBytes = int.MaxValue, MaxHeaderFields = int.MaxValue };

    private HeaderBlock? _header;

    /// <summary>Where the honest messages come from.</summary>
    public static IPAddress Client { get; } = IPAddress.Parse("198.51.100.7");

    /// <summary>The message as it travels.</summary>
    public byte[] Message
    {
        get;
        init
        {
            field = value;
            _header = null;
        }
    } = Message;

    /// <summary>The whole header, as a client sends it field by field.</summary>
    public HeaderBlock Header => _header ??= HeaderBlock.Parse(Message, Unlimited);

    /// <summary>Every result as <c>method=result</c>, separated by spaces; null when they are not known beforehand.</summary>
    public string? Expected { get; init; }

    /// <summary>A further expectation: what is wrong, or null.</summary>
    public Func<AuthenticationOutcome, string?>? Fault { get; init; }

    /// <summary>Compares an outcome with what holds for every message, and with what is expected of this one.</summary>
    /// <exception cref="FindingException">It is not so.</exception>
    public void Check(AuthenticationOutcome outcome)
    {
        OutcomeExpectations.Check(outcome);
        var results = string.Join(' ', outcome.Results.Select(result => $"{result.Method}={result.Result}"));
        var fault = Expected is null || Expected == results ? Fault?.Invoke(outcome) : $"expected {Expected}, got {results}";
        if (fault is not null)
        {
            throw new FindingException($"{fault}\n{outcome.ToJson()}");
        }
    }
}
