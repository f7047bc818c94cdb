using System.Net;
using EmailAuth.Composition;
using EmailAuth.Hosting;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>What observers get to know of a message.</summary>
public class ObservedMessageTests
{
    private static readonly DateTimeOffset At = new(2026, 7, 6, 10, 0, 0, TimeSpan.Zero);
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");
    private static readonly RelayedClient Relayed = new() { Relay = "gw.example", Address = IPAddress.Parse("192.0.2.9"), Helo = "r.example" };

    [Theory]
    [InlineData(0, "", 3)]
    [InlineData(1, "a", 2)]
    [InlineData(3, "a b c", 0)]
    [InlineData(4, "a b c", 0)]
    public void Recipients_are_listed_up_to_the_limit_and_then_counted(int most, string listed, int more)
    {
        var observed = new ObservedMessage { MailFrom = "x@example.com" };
        foreach (var mailbox in (string[])["a", "b", "c"])
        {
            observed.AddRecipient(mailbox, new MessageLimits { MaxRecipients = most });
        }

        Assert.Equal($"192.0.2.1 h.example x@example.com submitted to {listed} and {more}", Text(Completed(observed, Outcome())));
    }

    [Fact]
    public void A_message_without_an_outcome_is_not_told()
    {
        var observed = new ObservedMessage();
        Assert.Null(observed.With(null));
        Assert.Null(observed.With(new AppliedAction { Action = DispositionAction.Accept }));
    }

    [Fact]
    public void All_that_is_known_is_told_with_and_without_what_the_host_did()
    {
        var outcome = Outcome();
        var observed = new ObservedMessage { MailFrom = "x@example.com" };
        var advised = Completed(observed, outcome);
        var applied = new AppliedAction { Action = DispositionAction.Quarantine };
        var done = observed.With(applied)!;
        foreach (var told in (EvaluatedMessage[])[advised, done])
        {
            Assert.Equal("192.0.2.1 h.example x@example.com submitted to  and 0", Text(told));
            Assert.Same(outcome, told.Outcome);
            Assert.Equal((At, true, 5, 3), (told.ReceivedAt, told.IsReport, told.LookupsAnsweredAtOnce, told.Header!.Value.Length));
        }

        Assert.Null(advised.Applied);
        Assert.Same(applied, done.Applied);
        Assert.Same(advised, observed.With(null));
        Assert.NotSame(advised, done);
    }

    [Fact]
    public void An_envelope_that_was_given_is_told_as_it_is_unless_a_relay_recorded_the_client()
    {
        var given = new SmtpEnvelope(IPAddress.Parse("192.0.2.5"), "g.example", "g@example.com") { Recipients = ["r"], UnlistedRecipients = 4, IsAuthenticatedSubmission = true };
        var observed = new ObservedMessage { Envelope = given };
        Assert.Same(given, Completed(observed, Outcome()).Envelope);
        Assert.Equal("192.0.2.9 r.example g@example.com to r and 4", Text(Completed(observed, Outcome().Changed(o => o.Relay, Relayed))));
        Assert.Equal("192.0.2.9 r.example x@example.com to  and 0", Text(Completed(new ObservedMessage { MailFrom = "x@example.com" }, Outcome().Changed(o => o.Relay, Relayed))));

        // A guess is told as it was guessed.
        var guess = new SmtpEnvelope(null, null, null) { IsReconstructed = true };
        Assert.Same(guess, Completed(new ObservedMessage { Envelope = guess }, Outcome().Changed(o => o.Relay, Relayed)).Envelope);
    }

    private static AuthenticationOutcome Outcome()
    {
        var header = HeaderBlock.Parse("From: joe@example.com\r\n\r\n"u8.ToArray());
        return OutcomeComposer.Compose(
            new AuthenticationOptions { AuthservId = "mx.example.org" }, header, Author.Find(header), new Disposition { Action = DispositionAction.Accept, Reason = "none" }, [], 0, TimeSpan.Zero, hasReconstructedEnvelope: false);
    }

    private static EvaluatedMessage Completed(ObservedMessage observed, AuthenticationOutcome outcome)
    {
        observed.Complete(outcome, 5, At, "abc"u8.ToArray(), isReport: true, (Client, "h.example", true));
        return observed.With(null)!;
    }

    private static string Text(EvaluatedMessage told) =>
        $"{told.Envelope.ClientAddress} {told.Envelope.Helo} {told.Envelope.MailFrom}{(told.Envelope.IsAuthenticatedSubmission ? " submitted" : "")} to {string.Join(' ', told.Envelope.Recipients)} and {told.Envelope.UnlistedRecipients}";
}
