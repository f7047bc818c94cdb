using EmailAuth.Dns;

namespace EmailAuth.Bimi;

/// <summary>
/// What evaluators share between messages when the options ask for more than the record: the web client and the documents that it fetched.
/// Made when it is first needed.
/// </summary>
internal sealed class IndicatorClient
{
    private readonly Lazy<IndicatorRetrieval>? _indicators;

    public IndicatorClient(IDnsResolver resolver, BimiOptions options, TimeProvider? timeProvider)
    {
        CheckOptions(options);
        if (options.RetrieveIndicator || options.VerifyEvidence)
        {
            var clock = timeProvider ?? TimeProvider.System;
            _indicators = new(() => new IndicatorRetrieval(
                options, new BimiDocumentCache(new HttpsFetcher(resolver, options, clock), options, clock), clock));
        }
    }

    /// <summary>Whether a client has been made.</summary>
    public bool HasClient => _indicators is { IsValueCreated: true };

    /// <summary>Whether the options ask for more than the record.</summary>
    public bool IsWanted => _indicators is not null;

    /// <summary>What fetches and checks, or null when the options ask for the record alone.</summary>
    public IndicatorRetrieval? Indicators => _indicators?.Value;

    /// <summary>Disposes the client, if there is one.</summary>
    public void Close()
    {
        if (HasClient)
        {
            _indicators!.Value.Dispose();
        }
    }

    private static void CheckOptions(BimiOptions options)
    {
        if (options.VerifyEvidence && options.MarkRoots.IsDefaultOrEmpty)
        {
            throw new ArgumentException("VerifyEvidence needs at least one certificate in MarkRoots.", nameof(options));
        }

        if (options.RequireEvidence && !options.VerifyEvidence)
        {
            throw new ArgumentException("RequireEvidence needs VerifyEvidence.", nameof(options));
        }
    }
}
