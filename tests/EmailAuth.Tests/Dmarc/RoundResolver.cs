using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.Dmarc;

/// <summary>Holds every query back until the test lets the next round of answers through, and counts what is asked.</summary>
internal sealed class RoundResolver(Zone zone) : TextResolver(zone)
{
    private readonly List<(DomainName Name, TaskCompletionSource<DnsResponse<string>> Answer)> _waiting = [];

    public List<string> Asked { get; } = [];

    public int Rounds { get; private set; }

    public int Waiting => _waiting.Count;

    public override ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken)
    {
        Asked.Add(name.ToString());
        var answer = new TaskCompletionSource<DnsResponse<string>>();
        _waiting.Add((name, answer));
        return new ValueTask<DnsResponse<string>>(answer.Task);
    }

    /// <summary>Answers all that waits; what is asked in consequence waits for the next round.</summary>
    public async Task AnswerAsync()
    {
        Rounds++;
        var answers = _waiting.ToArray();
        _waiting.Clear();
        foreach (var (name, answer) in answers)
        {
            answer.SetResult(await base.QueryTextAsync(name, CancellationToken.None));
        }
    }
}
