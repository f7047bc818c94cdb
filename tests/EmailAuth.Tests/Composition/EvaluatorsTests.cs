using EmailAuth.Composition;
using EmailAuth.Hosting;
using EmailAuth.Policy;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>What two sets of evaluators share.</summary>
public class EvaluatorsTests
{
    private static readonly AuthenticationOptions Options = new() { AuthservId = "mx.example.org" };

    [Fact]
    public void Another_set_shares_the_caches_and_has_its_own_resolver_and_options()
    {
        var (log, resolver, other) = (new ListLogger(), new ZoneResolver(new Zone()), new ZoneResolver(new Zone()));
        var observers = new MessageObservers(log, false, []);
        var first = new Evaluators(resolver, Options, log, observers);
        Assert.All<(object Expected, object Found)>([(resolver, first.Resolver), (Options, first.Options), (log, first.Logger), (observers, first.Observers)], static pair => Assert.Same(pair.Expected, pair.Found));
        var options = Options with { AuthservId = "mx2.example.org", Methods = AuthenticationMethods.Spf, Relays = [Relay.Parse("192.0.2.1")!] };
        var second = first.With(other, options);
        Assert.All<(object Expected, object Found)>([(other, second.Resolver), (options, second.Options), (log, second.Logger), (observers, second.Observers)], static pair => Assert.Same(pair.Expected, pair.Found));
        Assert.Same(first.SpfRecords, second.SpfRecords);
        Assert.Same(first.DkimKeys, second.DkimKeys);
        Assert.Same(first.DmarcRecords, second.DmarcRecords);
        Assert.Equal((true, false), (first.Relays.IsEmpty, second.Relays.IsEmpty));
        Assert.Equal((true, false), (first.ClientCheck is not null, second.ClientCheck is not null));
        Assert.NotSame(first.Spf, second.Spf);
        Assert.NotSame(first.Dkim, second.Dkim);
        Assert.NotSame(first.Arc, second.Arc);
        Assert.NotSame(first.Dmarc, second.Dmarc);
        Assert.NotSame(first.Bimi, second.Bimi);
        var third = new Evaluators(resolver, Options, log, observers);
        Assert.NotSame(first.SpfRecords, third.SpfRecords);
    }

    [Fact]
    public void What_the_web_answered_is_shared_while_nothing_that_it_depends_on_differs()
    {
        var (log, resolver) = (new ListLogger(), new ZoneResolver(new Zone()));
        var options = Options with { Bimi = new() { RetrieveIndicator = true } };
        var first = new Evaluators(resolver, options, log, new MessageObservers(log, false, []));
        Assert.Same(first.Indicators, first.With(resolver, options with { AuthservId = "mx2.example.org", Bimi = new() { RetrieveIndicator = true } }).Indicators);
        Assert.NotSame(first.Indicators, first.With(new ZoneResolver(new Zone()), options).Indicators);
        Assert.NotSame(first.Indicators, first.With(resolver, options with { Bimi = new() }).Indicators);
        Assert.NotSame(first.Indicators, first.With(resolver, options with { TimeProvider = new FakeTimeProvider() }).Indicators);
    }

    [Fact]
    public void Exceptions_are_watched_once_while_they_are_the_same()
    {
        var (log, resolver) = (new ListLogger(), new ZoneResolver(new Zone()));
        var options = Options with { LocalPolicy = new() { Exceptions = PolicyExceptions.Parse("a.example reject until 2020-01-01 # over").Value! } };
        var first = new Evaluators(resolver, options, log, new MessageObservers(log, false, []));
        Assert.Single(log.Entries);
        Assert.Same(first.Exceptions, first.With(resolver, options with { AuthservId = "mx2.example.org" }).Exceptions);
        Assert.Single(log.Entries);
        var second = first.With(resolver, options with { LocalPolicy = new() { Exceptions = PolicyExceptions.Parse("b.example reject until 2020-01-01 # over").Value! } });
        Assert.NotSame(first.Exceptions, second.Exceptions);
        Assert.Equal("b.example", second.Exceptions.Current().All[0].Domain?.ToString());
        Assert.Equal(2, log.Entries.Count);
    }
}
