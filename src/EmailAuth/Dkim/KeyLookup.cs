using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Dkim;

/// <summary>One question for a key: asked at once, awaited later.</summary>
internal sealed class KeyLookup
{
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Task<DnsResponse<string>>? _pending;
    private DnsResponse<string>? _response;

    public KeyLookup(DomainName name, IDnsResolver resolver, TimeProvider time, CancellationToken cancellationToken)
    {
        Name = name;
        _time = time;
        _started = time.GetTimestamp();
        var answer = resolver.QueryTextAsync(name, cancellationToken);
        if (answer.IsCompletedSuccessfully)
        {
            Answer(answer.GetAwaiter().GetResult());
        }
        else
        {
            _pending = AwaitAsync(answer);
        }
    }

    public DomainName Name { get; }

    /// <summary>How long the answer took.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>The answer, or null while it is on its way.</summary>
    public DnsResponse<string>? Response => _response;

    /// <summary>Waits for the answer.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (_pending is not null)
        {
            await _pending.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<DnsResponse<string>> AwaitAsync(ValueTask<DnsResponse<string>> answer)
    {
        var response = await answer.ConfigureAwait(false);
        Answer(response);
        return response;
    }

    private void Answer(DnsResponse<string> response)
    {
        Elapsed = _time.GetElapsedTime(_started);
        _response = response;
    }
}
