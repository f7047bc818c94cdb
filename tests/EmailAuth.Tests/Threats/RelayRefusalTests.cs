using EmailAuth.Dmarc;
using EmailAuth.Policy;
using Xunit;
using static EmailAuth.Tests.Threats.RelayedMail;

namespace EmailAuth.Tests.Threats;

/// <summary>A client that hides itself behind a relay, by its HELO name or by the name of its address, is not accepted where it would be refused.</summary>
public class RelayRefusalTests
{
    public static TheoryData<string, string, LocalPolicy, DispositionAction> Refusals => new()
    {
        { "any.example", "203.0.113.0/24 reject # spam", new(), DispositionAction.TempFail },
        { "any.example", "any.example@203.0.113.0/24 reject # spam", new(), DispositionAction.TempFail },
        { "any.example", ".example@203.0.113.0/24 reject # spam", new(), DispositionAction.TempFail },
        { "any.example", "other.example@203.0.113.0/24 reject # spam", new(), DispositionAction.Accept },
        { "any.example", "203.0.113.0/24 reject until 2020-01-01 # spam", new(), DispositionAction.Accept },
        { "any.example", "203.0.113.0/24 accept # x", new(), DispositionAction.Accept },
        { "any.example", "203.0.113.0/24 accept # x\n203.0.113.66 reject # spam", new(), DispositionAction.TempFail }, // the client may be in the second alone
        { "any.example", "any.example accept # x\n203.0.113.0/24 reject # spam", new(), DispositionAction.Accept }, // the first decides, whoever the client is
        { "any.example", "203.0.113.0/24 reject # spam\nany.example accept # x", new(), DispositionAction.TempFail },
        { "any.example", "203.0.113.0/24 reject # spam\nany.example reject # x", new(), DispositionAction.Reject },
        { "any.example", "203.0.113.0/24 reject # spam", new() { MaximumAction = DispositionAction.Quarantine }, DispositionAction.TempFail },
        { "any.example", "203.0.113.0/24 reject # spam", new() { MaximumAction = DispositionAction.Accept }, DispositionAction.Accept },
        { "any.example", "203.0.113.0/24 reject # spam", new() { OnUndecided = DispositionAction.Accept }, DispositionAction.TempFail },
        { "author.example", "203.0.113.0/24 reject # spam", new() { OnUndecided = DispositionAction.Accept, OnReject = DispositionAction.Accept }, DispositionAction.TempFail },
        { "author.example", "203.0.113.0/24 reject # spam\nauthor.example at-most-quarantine # x", new(), DispositionAction.TempFail },
    };

    // A HELO name can make the field of a relay unreadable. That must not free a client from a line that refuses its network.
    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task An_unread_client_is_deferred_where_its_network_may_be_refused(string domain, string exceptions, LocalPolicy policy, DispositionAction expected)
    {
        var options = Options with { LocalPolicy = policy with { Exceptions = PolicyExceptions.Parse(exceptions).Value! } };
        foreach (var helo in (string[])["x(", "a (b [192.0.2.1])", "x by y"])
        {
            var outcome = await JudgeAsync(Gateway, Line(Forger, helo: helo) + Content.Replace("author.example", domain, StringComparison.Ordinal), options, $"alice@{domain}");
            Assert.Equal((null, expected), (outcome.Relay!.Address, outcome.Disposition.Action));
            Assert.Equal(expected == DispositionAction.TempFail, outcome.Disposition.Reply?.ToString() == "451 4.7.1 Not accepted now: the client is not known, and local policy refuses mail of some clients; try again later");
        }
    }

    [Fact]
    public async Task A_client_that_is_read_is_refused_or_not_by_its_own_network()
    {
        var options = Options with { LocalPolicy = new() { Exceptions = PolicyExceptions.Parse("203.0.113.0/24 reject # spam").Value! } };
        var content = Content.Replace("author", "any", StringComparison.Ordinal);

        Assert.Equal("550 5.7.1", (await JudgeAsync(Gateway, Line(Forger, helo: "x") + content, options)).Disposition.Reply?.ToString()[..9]);
        Assert.Equal(DispositionAction.Accept, (await JudgeAsync(Gateway, Line(Genuine, helo: "x") + content, options)).Disposition.Action);
        Assert.Equal("550 5.7.1", (await JudgeAsync(Forger, content, options)).Disposition.Reply?.ToString()[..9]);
        Assert.Equal(DispositionAction.Accept, (await JudgeAsync(Genuine, content, options)).Disposition.Action);
    }

    // Who owns an address decides whether its name can be looked up. The client's, or one that a relay recorded.
    [Theory]
    [InlineData("198.51.100.9 reject # spam", DispositionAction.Reject)]
    [InlineData("other.example@198.51.100.0/28 accept # x\n198.51.100.0/24 reject # spam", DispositionAction.Reject)]
    [InlineData("198.51.100.0/28 accept # x\n198.51.100.0/24 reject # spam", DispositionAction.Accept)] // not refused if it is the client
    [InlineData("any.example@198.51.100.0/24 reject # spam", DispositionAction.Reject)]
    [InlineData("other.example@198.51.100.0/24 reject # spam", DispositionAction.Accept)]
    [InlineData("203.0.113.0/24 reject # spam", DispositionAction.Accept)]
    [InlineData("any.example accept # x\n198.51.100.0/24 reject # spam", DispositionAction.Accept)]
    [InlineData("198.51.100.9 skip dmarc # not trusted as a client\n198.51.100.9 reject # spam", DispositionAction.Reject)]
    [InlineData("198.51.100.9 accept # not trusted as a client", DispositionAction.Accept)]
    public async Task A_client_whose_name_cannot_be_looked_up_is_refused_by_its_address(string exceptions, DispositionAction expected)
    {
        var options = Options with { Relays = [Relay.Parse("site.example")!, Relay.Parse(Gateway)!], LocalPolicy = new() { Exceptions = PolicyExceptions.Parse(exceptions).Value! } };
        var content = Content.Replace("author", "any", StringComparison.Ordinal);
        foreach (var outcome in (AuthenticationOutcome[])[await JudgeAsync("198.51.100.9", content, options), await JudgeAsync(Gateway, Line("198.51.100.9") + content, options)])
        {
            Assert.Equal((null, expected), (outcome.Relay!.Address, outcome.Disposition.Action));
            Assert.Equal(expected == DispositionAction.Reject, outcome.Disposition.Reply?.ToString() == "550 5.7.1 Not accepted: local policy refuses such mail");
        }
    }

    [Fact]
    public async Task An_address_whose_name_cannot_be_looked_up_is_never_trusted()
    {
        var options = Options with { Relays = [Relay.Parse("site.example")!], LocalPolicy = new() { Exceptions = PolicyExceptions.Parse("198.51.100.9 accept # x\n198.51.100.9 skip dmarc # x").Value! } };

        var outcome = await JudgeAsync("198.51.100.9", Content, options);

        Assert.Equal((DmarcResultCode.TempError, DispositionAction.TempFail), (outcome.Dmarc!.Code, outcome.Disposition.Action));
    }

    public static TheoryData<string, DispositionAction, DispositionAction, DispositionAction> SeveralAuthors => new()
    {
        { "alice@author.example, b@any.example", DispositionAction.Accept, DispositionAction.Reject, DispositionAction.TempFail },
        { "b@any.example, alice@author.example", DispositionAction.Accept, DispositionAction.Reject, DispositionAction.TempFail },
        { "c@careful.example, b@any.example", DispositionAction.Accept, DispositionAction.Quarantine, DispositionAction.TempFail },
        { "alice@author.example, b@any.example", DispositionAction.Quarantine, DispositionAction.Reject, DispositionAction.TempFail },
        { "c@careful.example, b@any.example", DispositionAction.Quarantine, DispositionAction.Quarantine, DispositionAction.Quarantine },
        { "b@any.example, d@other.example", DispositionAction.Accept, DispositionAction.Accept, DispositionAction.Accept },
        { "alice@author.example, b@any.example", DispositionAction.TempFail, DispositionAction.Reject, DispositionAction.TempFail },
        { "alice@author.example, b@any.example", DispositionAction.Reject, DispositionAction.Reject, DispositionAction.Reject },
    };

    // As for one author domain: OnUndecided is about failures of the DNS.
    [Theory]
    [MemberData(nameof(SeveralAuthors))]
    public async Task An_unread_client_of_a_message_of_several_author_domains_is_not_accepted_where_a_failure_would_not_be(
        string from, DispositionAction onUnusableAuthor, DispositionAction read, DispositionAction unread)
    {
        var content = Content.Replace("alice@author.example", from, StringComparison.Ordinal);
        var policy = new LocalPolicy { ApplyStrictestAuthorPolicy = true, OnUnusableAuthor = onUnusableAuthor, OnUndecided = DispositionAction.Accept };
        var options = Options with { LocalPolicy = policy };

        Assert.Equal(read, (await JudgeAsync(Gateway, Line(Forger, helo: "x") + content, options)).Disposition.Action);
        var outcome = await JudgeAsync(Gateway, Line(Forger, helo: "x(") + content, options);
        Assert.Equal((DmarcResultCode.PermError, unread), (outcome.Dmarc!.Code, outcome.Disposition.Action));
        if (unread == DispositionAction.TempFail && onUnusableAuthor != unread)
        {
            Assert.StartsWith("451 4.4.3 Not accepted now: SPF was not checked, and it is not known whether the message fails the DMARC policy of ", outcome.Disposition.Reply!.ToString(), StringComparison.Ordinal);
        }

        // Where a failure would be accepted, this is accepted, too.
        var mild = options with { LocalPolicy = policy with { OnReject = DispositionAction.Accept, OnQuarantine = DispositionAction.Accept } };
        Assert.Equal(onUnusableAuthor, (await JudgeAsync(Gateway, Line(Forger, helo: "x(") + content, mild)).Disposition.Action);
    }
}
