using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Tests.TestSupport;
using EmailAuth.Policy;

namespace EmailAuth.Milter.Tests.Dialogue;

public sealed class MilterDialogueTests
{
    [Fact]
    public async Task A_message_is_passed_on_in_the_order_of_the_dialogue()
    {
        await using var conversation = new Conversation();

        var answers = await conversation.SayAsync(Packets.Dialogue());

        Assert.Equal(
            [
                "begin 192.0.2.1 ", "helo mail.example.com", "mail <alice@example.com>", "field From: alice@example.com",
                "field Subject: Hi", "end of headers", "complete Hello\\r\\n", "reset", "dispose",
            ],
            conversation.Fake.Calls);

        // The negotiation, and the end of the message with its field: all else goes without a reply.
        Assert.Equal("Oic", string.Concat(answers.Select(a => (char)a.Code)));
        Assert.Equal(MilterConnectionEnd.Quit, conversation.End);
    }

    [Fact]
    public async Task An_older_MTA_gets_a_reply_to_each_step_that_has_one()
    {
        await using var conversation = new Conversation();

        var answers = await conversation.SayAsync([Packets.Offer(2, (MilterActions)0x3f, (MilterSteps)0x7f), .. Packets.Dialogue()[1..]]);

        // O, CONNECT, HELO, MAIL, two fields, EOH, BODY, then the end.
        Assert.Equal("Occccccc" + "ic", string.Concat(answers.Select(a => (char)a.Code)));
    }

    [Fact]
    public async Task Steps_that_an_MTA_cannot_leave_out_are_ignored()
    {
        await using var conversation = new Conversation();

        var answers = await conversation.SayAsync(
            Packets.Offer(steps: MilterSteps.None), Packets.Connect(), Packets.Of(MilterCommand.Unknown, "XYZ"), Packets.Mail(),
            Packets.Recipient(), Packets.Recipient("<carol@example.org>"), Packets.Of(MilterCommand.Data));

        Assert.Equal("Occcccc", string.Concat(answers.Select(a => (char)a.Code)));
        Assert.Equal(["mail <alice@example.com>", "rcpt <bob@example.org>", "rcpt <carol@example.org>"], conversation.Fake.Calls.TakeLast(3));
    }

    [Theory]
    [InlineData(MilterDecision.Accept, null, null, "accept annotated")]
    [InlineData(MilterDecision.Quarantine, null, null, "quarantine annotated")]
    [InlineData(MilterDecision.Reject, 550, "5.7.26", "reject 550 5.7.26 Not accepted")]
    [InlineData(MilterDecision.Reject, null, null, "reject")]
    [InlineData(MilterDecision.TemporaryFailure, 451, "4.4.3", "tempfail 451 4.4.3 Not accepted")]
    internal async Task The_applied_action_is_reported_once_for_each_message(MilterDecision decision, int? code, string? enhancedCode, string applied)
    {
        await using var conversation = new Conversation();
        conversation.Fake.Verdict = _ => new(new MessageAnswer { Decision = decision, Reply = code is { } known ? new SmtpReply(known, enhancedCode!, "Not accepted") : null, Reason = "why", Insertions = [new("Authentication-Results", "mx.example.org; none")] });

        await conversation.SayAsync([Packets.Offer(), Packets.Connect(), Packets.Helo(), .. Packets.Message(), .. Packets.Message("Q2")]);

        Assert.Equal(
            [applied, applied],
            conversation.Fake.Applied.Select(a => string.Join(' ', new[] { Word(a.Action), a.IsAnnotated ? "annotated" : null, a.SmtpReply }.OfType<string>())));
        Assert.All(conversation.Fake.Applied, a => Assert.Equal("why", a.Reason));

        static string Word(DispositionAction action) => action.ToString().ToLowerInvariant();
    }

    // An MTA that holds no messages: what was written says so by the library's policy, and what is reported is what happened.
    [Fact]
    public async Task A_quarantine_that_the_MTA_does_not_allow_is_reported_as_accepted()
    {
        await using var conversation = new Conversation();
        conversation.Fake.Verdict = _ => new(new MessageAnswer { Decision = MilterDecision.Quarantine });

        await conversation.SayAsync([Packets.Offer(actions: MilterActions.AddHeaders), Packets.Connect(), .. Packets.Message()]);

        var applied = Assert.Single(conversation.Fake.Applied);
        Assert.Equal((DispositionAction.Accept, false), (applied.Action, applied.IsAnnotated));
    }

    [Fact]
    public async Task The_line_of_a_message_is_not_made_when_it_is_not_written()
    {
        await using var conversation = new Conversation { Log = { Least = LogLevel.Warning } };

        await conversation.SayAsync(Packets.Dialogue());

        // Not even asked to be written: the line's text is made by the logger.
        Assert.Empty(conversation.Log.Lines);
        Assert.Equal(0, conversation.Log.Asked);
        Assert.Equal(MilterConnectionEnd.Quit, conversation.End);
    }

    [Fact]
    public async Task Several_messages_of_a_connection_are_kept_apart()
    {
        await using var conversation = new Conversation();

        await conversation.SayAsync([Packets.Offer(), Packets.Connect(), Packets.Helo(), .. Packets.Message("Q1"), .. Packets.Message("Q2")]);

        Assert.Equal(1, conversation.Fake.Calls.Count(c => c.StartsWith("begin", StringComparison.Ordinal)));
        Assert.Equal(2, conversation.Fake.Calls.Count(c => c == "complete Hello\\r\\n"));
        Assert.Equal(2, conversation.Fake.Calls.Count(c => c == "reset"));
        Assert.Contains(conversation.Log.Lines, l => l.Text.StartsWith("Q1: client=192.0.2.1", StringComparison.Ordinal));
        Assert.Contains(conversation.Log.Lines, l => l.Text.StartsWith("Q2: client=192.0.2.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_client_on_the_same_connection_starts_without_state()
    {
        await using var conversation = new Conversation();

        await conversation.SayAsync(
            [Packets.Offer(), Packets.Connect(), Packets.Helo(), .. Packets.Message(), Packets.QuitNewConnection,
            Packets.Connect("2001:db8::5"), Packets.Helo("other.example"), .. Packets.Message("Q2")]);

        Assert.Contains("begin 2001:db8::5 ", conversation.Fake.Calls);
        Assert.Contains("helo other.example", conversation.Fake.Calls);
        Assert.Contains("dispose", conversation.Fake.Calls);
    }

    // After each packet of a message: what follows an abort is a message like any other.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task An_abort_at_any_point_discards_the_message(int packets)
    {
        await using var conversation = new Conversation();
        await conversation.SayAsync([Packets.Offer(), Packets.Connect(), Packets.Helo(), .. Packets.Message()[..packets], Packets.Abort]);
        conversation.Fake.Calls.Clear();

        var answers = await conversation.SayAsync(Packets.Message("Q2"));

        Assert.Equal("ic", string.Concat(answers.Select(a => (char)a.Code)));
        Assert.Equal("mail <alice@example.com>", conversation.Fake.Calls.First());
        Assert.Contains("complete Hello\\r\\n", conversation.Fake.Calls);
    }

    [Fact]
    public async Task A_MAIL_within_a_message_abandons_the_message()
    {
        await using var conversation = new Conversation();

        await conversation.SayAsync(
            [Packets.Offer(), Packets.Connect(), Packets.Helo(), .. Packets.Message()[..5], .. Packets.Message("Q2")]);

        Assert.Equal(1, conversation.Fake.Calls.Count(c => c.StartsWith("complete", StringComparison.Ordinal)));
        Assert.Contains(conversation.Log.Lines, l => l.Text.StartsWith("Q2:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<>", "mail <>")] // the null reverse-path
    [InlineData("<müller@exämple.org>", "mail <müller@exämple.org>")] // SMTPUTF8
    [InlineData("alice@example.com", "mail <alice@example.com>")] // brackets left out by the client
    [InlineData("<\"a b\"@example.com>", "mail <\"a b\"@example.com>")]
    public async Task A_reverse_path_is_passed_on_without_its_brackets(string path, string call)
    {
        await using var conversation = new Conversation();

        await conversation.SayAsync(Packets.Offer(), Packets.Connect(), Packets.Mail(path, "SIZE=100", "BODY=8BITMIME", "SMTPUTF8"));

        Assert.Equal(call, conversation.Fake.Calls.Last());
    }

    [Fact]
    public async Task A_field_folded_by_LF_gets_CRLF_and_the_space_that_the_MTA_removed()
    {
        await using var conversation = new Conversation();
        var steps = Packets.AllSteps & ~MilterSteps.HeaderLeadingSpace;

        await conversation.SayAsync(
            Packets.Offer(steps: steps), Packets.Connect(), Packets.Mail(), Packets.Header("DKIM-Signature", "v=1;\n\tb=abc"));

        Assert.Equal("field DKIM-Signature: v=1;\\r\\n\tb=abc", conversation.Fake.Calls.Last());
        Assert.Contains(conversation.Log.Lines, l => l.Level == LogLevel.Warning && l.Text.Contains("simple header", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_last_piece_of_a_body_may_come_with_its_end()
    {
        await using var conversation = new Conversation();

        await conversation.SayAsync(
            [Packets.Offer(), Packets.Connect(), .. Packets.Message()[..6], Packets.Of(MilterCommand.EndOfBody, "more\r\n"u8)]);

        Assert.Contains("complete Hello\\r\\nmore\\r\\n", conversation.Fake.Calls);
    }

    [Fact]
    public async Task A_message_without_header_end_or_body_is_complete()
    {
        await using var conversation = new Conversation();

        var answers = await conversation.SayAsync(Packets.Offer(), Packets.Connect(), Packets.Mail(), Packets.EndOfBody);

        Assert.Equal(["begin 192.0.2.1 ", "mail <alice@example.com>", "end of headers", "complete ", "reset"], conversation.Fake.Calls);
        Assert.Equal(MilterReply.Continue, answers[^1].Reply);
    }

    [Fact]
    public async Task A_client_in_a_trusted_network_is_not_judged_and_its_forged_fields_are_removed()
    {
        await using var conversation = new Conversation();
        conversation.Fake.Verdict = _ => new(new MessageAnswer { Decision = MilterDecision.Accept, Removals = [new("Authentication-Results", 1)] });

        var answers = await conversation.SayAsync([Packets.Offer(), Packets.Connect("127.0.0.1"), Packets.Helo(), .. Packets.Message(), Packets.EndOfBody]);

        Assert.Equal(["begin  ", "submission"], conversation.Fake.Calls.Take(2)); // nothing is looked up about the client
        Assert.DoesNotContain(conversation.Fake.Calls, call => call.StartsWith("mail ", StringComparison.Ordinal) || call.StartsWith("helo ", StringComparison.Ordinal));
        Assert.Single(answers, a => a.Reply is MilterReply.ChangeHeader);
        Assert.Single(conversation.Log.Lines, line => line.Text == "client=127.0.0.1 not judged: it is in UncheckedClients");
        Assert.Contains(conversation.Log.Lines, line => line.Text.Contains("not_judged=\"trusted network\" action=accept removed=1", StringComparison.Ordinal));
    }

    // A proxy first comes as itself, and then again as the client that it names (XCLIENT).
    [Fact]
    public async Task A_trusted_client_that_sends_nothing_is_not_logged_and_one_that_sends_much_is_logged_once()
    {
        await using var conversation = new Conversation();

        await conversation.SayAsync(Packets.Offer(), Packets.Connect("127.0.0.1"), Packets.Helo(), Packets.QuitNewConnection);
        Assert.Empty(conversation.Log.Lines);
        await conversation.SayAsync([Packets.Connect("127.0.0.1"), .. Packets.Message(), .. Packets.Message(), Packets.QuitNewConnection]);
        Assert.Single(conversation.Log.Lines, line => line.Text.Contains("it is in UncheckedClients", StringComparison.Ordinal));
        await conversation.SayAsync([Packets.Connect("127.0.0.2"), .. Packets.Message()]);
        Assert.Equal(2, conversation.Log.Lines.Count(line => line.Text.Contains("it is in UncheckedClients", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_message_of_an_authenticated_client_is_not_judged_and_only_that_message()
    {
        await using var conversation = new Conversation();

        await conversation.SayAsync(
            Packets.Offer(), Packets.Connect(), Packets.Macro(MilterCommand.Mail, "{auth_authen}", "alice"), Packets.Mail(), Packets.EndOfBody);
        Assert.Contains("submission", conversation.Fake.Calls);
        Assert.DoesNotContain(conversation.Fake.Calls, call => call.StartsWith("mail ", StringComparison.Ordinal));
        Assert.Contains(conversation.Log.Lines, line => line.Text.Contains("not_judged=\"authenticated client\" action=accept removed=0", StringComparison.Ordinal));

        await conversation.SayAsync(Packets.Message());
        Assert.Equal(1, conversation.Fake.Calls.Count(call => call == "submission"));
        Assert.Contains("mail <alice@example.com>", conversation.Fake.Calls);
    }

    [Fact]
    public async Task An_authenticated_client_is_judged_when_the_operator_says_so()
    {
        await using var conversation = new Conversation(MilterOptions.For("mx.example.org") with { SkipAuthenticated = false });

        await conversation.SayAsync(
            Packets.Offer(), Packets.Connect(), Packets.Macro(MilterCommand.Mail, "{auth_authen}", "alice"), Packets.Mail());

        Assert.Contains("mail <alice@example.com> authenticated", conversation.Fake.Calls);
    }

    [Fact]
    public async Task A_client_whose_address_is_lost_is_not_trusted()
    {
        await using var conversation = new Conversation();

        await conversation.SayAsync(Packets.Offer(), Packets.Of(MilterCommand.Connect, "unknown\0U"u8));

        Assert.Equal(["begin  "], conversation.Fake.Calls);
    }
}
