using EmailAuth.Cli.Output;
using EmailAuth.Dmarc;

namespace EmailAuth.Cli;

/// <summary>The exit code of a run of <c>verify</c>: what <c>--fail-on</c> makes of the verdicts, and whether each message could be judged.</summary>
/// <param name="limit">From which result on a message fails the run; null when no verdict does.</param>
/// <remarks>
/// A verdict on a guessed envelope never counts, because a sender can bring it about. Such a message is reported as not judged: a script must not
/// treat silence as a pass.
/// </remarks>
internal sealed class FailOnResult(string? limit)
{
    /// <summary>DMARC fails, or the message has no usable author domain (RFC 9989 section 5.3.1).</summary>
    public const string Fail = "fail";

    /// <summary>The same, or DMARC cannot be decided now.</summary>
    public const string TempError = "temperror";

    private bool _hasFailed;
    private bool _hasUnjudged;

    /// <summary>The code so far.</summary>
    public int ExitCode => _hasFailed ? Cli.ExitCode.Failure : _hasUnjudged ? Cli.ExitCode.Input : Cli.ExitCode.Success;

    public void Add(VerifiedMessage message)
    {
        if (message.Outcome is not { } outcome)
        {
            _hasUnjudged = true;
        }
        else if (limit is not null && WhyNotJudged(message, outcome) is { } why)
        {
            _hasUnjudged = true;
            Console.Error.WriteLine(VisibleText.Of($"emailauth: {message.Name} is not judged for --fail-on: {why}"));
        }
        else if (limit is not null)
        {
            _hasFailed |= outcome.Dmarc!.Code is DmarcResultCode.Fail or DmarcResultCode.PermError
                || (limit == TempError && outcome.Dmarc.Code == DmarcResultCode.TempError);
        }
    }

    private static string? WhyNotJudged(VerifiedMessage message, AuthenticationOutcome outcome) =>
        outcome.HasReconstructedEnvelope ? message.Envelope?.Problem ?? "its envelope is a guess"
        : outcome.Dmarc is null ? "the settings switch DMARC off"
        : null;
}
