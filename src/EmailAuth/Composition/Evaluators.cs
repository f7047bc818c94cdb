using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Hosting;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Composition;

/// <summary>
/// All that judging a message needs: the options, the resolver, an evaluator for each method, and the caches. Immutable and thread-safe;
/// connections and messages share it.
/// </summary>
internal sealed class Evaluators
{
    /// <summary>Makes a set with caches of its own.</summary>
    /// <param name="resolver">Answers the questions.</param>
    /// <param name="options">How messages are judged.</param>
    /// <param name="logger">Where faults are logged.</param>
    /// <param name="observers">Get the messages.</param>
    public Evaluators(IDnsResolver resolver, AuthenticationOptions options, ILogger logger, MessageObservers observers)
        : this(
            resolver, options, logger, observers, new ExceptionWatch(options.LocalPolicy, options.TimeProvider, logger),
            new SpfRecordCache(), new KeyCache(options.Dkim), new DmarcRecordCache(), new IndicatorClient(resolver, options.Bimi, options.TimeProvider))
    {
    }

    private Evaluators(
        IDnsResolver resolver,
        AuthenticationOptions options,
        ILogger logger,
        MessageObservers observers,
        ExceptionWatch exceptions,
        SpfRecordCache spfRecords,
        KeyCache dkimKeys,
        DmarcRecordCache dmarcRecords,
        IndicatorClient indicators)
    {
        Resolver = resolver;
        Options = options;
        Logger = logger;
        Observers = observers;
        Exceptions = exceptions;
        SpfRecords = spfRecords;
        DkimKeys = dkimKeys;
        DmarcRecords = dmarcRecords;
        Indicators = indicators;
        Relays = new RelayList(resolver, options);
        ClientCheck = MethodTable.ForClient(resolver, options);
        Spf = new SpfEvaluator(resolver, options.Spf, options.TimeProvider, spfRecords);
        Dkim = new DkimVerifier(resolver, options.LocalPolicy.Limit(options.Dkim), options.TimeProvider, dkimKeys);
        Arc = new ArcVerifier(resolver, options.Arc, options.TimeProvider, dkimKeys);
        Dmarc = new DmarcEvaluator(resolver, options.Dmarc, dmarcRecords);
        Bimi = new BimiEvaluator(resolver, options.Bimi, indicators);
    }

    public AuthenticationOptions Options { get; }

    public IDnsResolver Resolver { get; }

    public ILogger Logger { get; }

    public MessageObservers Observers { get; }

    public ExceptionWatch Exceptions { get; }

    public SpfRecordCache SpfRecords { get; }

    public KeyCache DkimKeys { get; }

    public DmarcRecordCache DmarcRecords { get; }

    /// <summary>What the web answers depends on the resolver, too; nothing is made until it is asked.</summary>
    public IndicatorClient Indicators { get; }

    public RelayList Relays { get; }

    public ClientCheck? ClientCheck { get; }

    public SpfEvaluator Spf { get; }

    public DkimVerifier Dkim { get; }

    public ArcVerifier Arc { get; }

    public DmarcEvaluator Dmarc { get; }

    public BimiEvaluator Bimi { get; }

    /// <summary>
    /// A set with another resolver or other options that shares the caches, whose entries depend on the texts of records alone, and what the web answered if
    /// nothing that it depends on is another.
    /// </summary>
    public Evaluators With(IDnsResolver resolver, AuthenticationOptions options) =>
        new(
            resolver, options, Logger, Observers,
            Exceptions.IsOf(options.LocalPolicy, options.TimeProvider) ? Exceptions : new ExceptionWatch(options.LocalPolicy, options.TimeProvider, Logger), SpfRecords, DkimKeys, DmarcRecords,
            ReferenceEquals(resolver, Resolver) && options.Bimi == Options.Bimi && ReferenceEquals(options.TimeProvider, Options.TimeProvider)
                ? Indicators : new IndicatorClient(resolver, options.Bimi, options.TimeProvider));
}
