using EmailAuth.Milter.Protocol.Tests.TestSupport;

namespace EmailAuth.Milter.Protocol.Tests;

public sealed class MilterHandlerTests
{
    private static readonly MilterConnectionOptions EveryAction = new() { RequiredActions = Packets.AllActions & ~MilterActions.SetMacroList };

    private readonly RecordingHandler _handler = new();

    [Fact]
    public async Task A_handler_gets_the_whole_dialogue_and_each_step_is_answered()
    {
        await using var conversation = new HandlerConversation(_handler);

        var answers = await conversation.SayAsync(
            [Packets.Offer(), Packets.Connect(), Packets.Helo(), Packets.Of(MilterCommand.Unknown, "XYZ a"), Packets.Mail("<alice@example.com>", "SIZE=100", "BODY=8BITMIME"),
            Packets.Recipient(), Packets.Of(MilterCommand.Data), .. Packets.Message()[2..], Packets.Quit]);

        Assert.Equal(
            [
                "negotiated 6", "connect mail.example.com [192.0.2.1]", "helo mail.example.com", "unknown XYZ a", "mail alice@example.com SIZE=100 BODY=8BITMIME",
                "rcpt bob@example.org", "data", "field From: alice@example.com", "field Subject: Hi", "end of headers", "body Hello\r\n", "end", "close",
            ],
            _handler.Calls.Select(call => call.Replace(":  ", ": ", StringComparison.Ordinal)));
        Assert.Equal("O" + "cccccccccc" + "c", Codes(answers));
        Assert.Equal(MilterConnectionEnd.Quit, conversation.Result!.End);
    }

    [Fact]
    public async Task A_handler_that_overrides_nothing_accepts_everything()
    {
        await using var conversation = new HandlerConversation(new Indifferent());

        var answers = await conversation.SayAsync([Packets.Offer(), Packets.Connect(), Packets.Helo(), .. Packets.Message(), Packets.Abort, Packets.Quit]);

        Assert.Equal("Occccccc" + "c", Codes(answers));
    }

    public static TheoryData<string, MilterResponse, string, bool> Answers => new()
    {
        { "mail", MilterResponse.Reject, "r", true },
        { "mail", MilterResponse.Accept, "a", true },
        { "mail", MilterResponse.Refuse("451 4.7.1 later"), "y", true },
        { "rcpt", MilterResponse.Reject, "r", false }, // that recipient alone
        { "rcpt", MilterResponse.TemporaryFailure, "t", false },
        { "rcpt", MilterResponse.Discard, "d", true },
        { "data", MilterResponse.TemporaryFailure, "t", true },
        { "unknown", MilterResponse.Reject, "r", false }, // that command alone
        { "field Subject", MilterResponse.Discard, "d", true },
        { "end of headers", MilterResponse.Reject, "r", true },
        { "body", MilterResponse.Reject, "r", true },
        { "body", MilterResponse.Skip, "s", false },
        { "rcpt", MilterResponse.Skip, "c", false }, // is for bodies only
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_final_answer_ends_the_message_without_an_abort(string call, MilterResponse response, string code, bool ends)
    {
        byte[][] message =
        [
            Packets.Mail(), Packets.Recipient(), Packets.Of(MilterCommand.Unknown, "XYZ"), Packets.Of(MilterCommand.Data), Packets.Header("Subject", "Hi"),
            Packets.EndOfHeaders, Packets.Body("Hello"),
        ];
        _handler.Answers[call] = response;
        await using var conversation = new HandlerConversation(_handler, new MilterConnectionOptions { Steps = MilterSteps.Skip });
        await conversation.SayAsync(Packets.Offer(), Packets.Connect());

        var decided = string.Empty;
        foreach (var packet in message)
        {
            decided = Codes(await conversation.SayAsync(packet));
            if (decided != "c" || _handler.Calls[^1].StartsWith(call, StringComparison.Ordinal))
            {
                break;
            }
        }

        Assert.Equal(code, decided);
        await conversation.SayAsync(Packets.Abort);
        Assert.Equal(!ends, _handler.Calls.Contains("abort"));
        Assert.Equal("c", Codes(await conversation.SayAsync(Packets.Helo())));
    }

    [Theory]
    [InlineData(true, "s")]
    [InlineData(false, "c")] // an MTA that does not know it sends on
    public async Task A_skip_is_sent_only_to_MTAs_that_support_it(bool knows, string expected)
    {
        _handler.Answers["body"] = MilterResponse.Skip;
        await using var conversation = new HandlerConversation(_handler, new MilterConnectionOptions { Steps = MilterSteps.Skip });
        await conversation.SayAsync(Packets.Offer(steps: knows ? MilterSteps.Skip : MilterSteps.None), Packets.Connect(), Packets.Mail(), Packets.EndOfHeaders);

        Assert.Equal(expected, Codes(await conversation.SayAsync(Packets.Body("one"))));
        Assert.Equal("c", Codes(await conversation.SayAsync(Packets.EndOfBody)));
    }

    // A refusal that cannot be sent would be an acceptance.
    [Fact]
    public async Task An_answer_to_a_step_without_a_reply_is_an_error_of_the_handler()
    {
        _handler.Answers["field"] = MilterResponse.Reject;
        await using var conversation = new HandlerConversation(_handler, new MilterConnectionOptions { Steps = MilterSteps.NoReplyToHeader });

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(
            () => conversation.SayAsync(Packets.Offer(), Packets.Connect(), Packets.Mail(), Packets.Header("A", "b")));

        Assert.Contains("no reply", thrown.Message, StringComparison.Ordinal);
        Assert.Equal("close", _handler.Calls[^1]);
    }

    [Fact]
    public async Task A_final_answer_to_the_last_piece_of_the_body_is_the_answer_to_the_message()
    {
        _handler.Answers["body"] = MilterResponse.Refuse("550 5.7.1 no");
        await using var conversation = new HandlerConversation(_handler);

        var answers = await conversation.SayAsync(
            Packets.Offer(), Packets.Connect(), Packets.Mail(), Packets.Of(MilterCommand.EndOfBody, "x"u8), Packets.Mail());

        Assert.Equal("Occ" + "y" + "c", Codes(answers));
        Assert.DoesNotContain("end", _handler.Calls);
    }

    [Fact]
    public async Task Changes_are_sent_in_the_order_of_the_calls_before_the_answer()
    {
        _handler.AtEnd = (_, modifications, _) =>
        {
            modifications.AddHeader("X-Last", "1");
            modifications.InsertHeader(1, "X-Second", "a\r\n b");
            modifications.ChangeHeader(2, "Subject", "new");
            modifications.RemoveHeader(1, "X-Gone");
            modifications.AddRecipient("<carol@example.org>");
            modifications.AddRecipient("<dave@example.org>", "NOTIFY=NEVER");
            modifications.DeleteRecipient("<bob@example.org>");
            modifications.ChangeSender("<>");
            modifications.ChangeSender("<list@example.org>", "SIZE=1");
            modifications.ReplaceBody("Bye\r\n"u8);
            modifications.Quarantine("why");
            return new(MilterResponse.Accept);
        };
        await using var conversation = new HandlerConversation(_handler, EveryAction);

        var answers = await conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()]);

        Assert.Equal(
            [
                "h X-Last|1|", "i 1 X-Second|a\n b|", "m 2 Subject|new|", "m 1 X-Gone||", "+ <carol@example.org>|", "2 <dave@example.org>|NOTIFY=NEVER|",
                "- <bob@example.org>|", "e <>|", "e <list@example.org>|SIZE=1|", "b Bye\r\n", "q why|", "a ",
            ],
            answers[^12..].Select(a => $"{(char)a.Code} {(a.Code is (byte)'i' or (byte)'m' ? $"{a.Index} " : "")}{a.Text}"));
    }

    [Fact]
    public async Task A_path_is_one_line()
    {
        _handler.AtEnd = (_, modifications, _) =>
        {
            modifications.AddRecipient("<a@example.org>\r\nRCPT TO:<b@example.org>");
            modifications.AddRecipient("<a@example.org>", "NOTIFY=NEVER\nDATA");
            modifications.DeleteRecipient("<a@\nexample.org>");
            modifications.ChangeSender("<>\r", "SIZE=1\r\nDATA");
            return new(MilterResponse.Accept);
        };
        await using var conversation = new HandlerConversation(_handler, EveryAction);

        var answers = await conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()]);

        Assert.Equal(
            ["<a@example.org> RCPT TO:<b@example.org>|", "<a@example.org>|NOTIFY=NEVER DATA|", "<a@ example.org>|", "<> |SIZE=1 DATA|"],
            answers[^5..^1].Select(answer => answer.Text));
    }

    public static TheoryData<MilterResponse> Refusals => [MilterResponse.Reject, MilterResponse.TemporaryFailure, MilterResponse.Discard, MilterResponse.Refuse("550 no")];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_message_that_is_not_accepted_is_not_changed(MilterResponse response)
    {
        _handler.AtEnd = (_, modifications, _) =>
        {
            modifications.AddHeader("X", "1");
            return new(response);
        };
        await using var conversation = new HandlerConversation(_handler, EveryAction);

        var answers = await conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()]);

        Assert.DoesNotContain(answers, answer => answer.Reply == MilterReply.AddHeader);
        Assert.Equal(response.Reply, answers[^1].Reply);
    }

    [Theory]
    [InlineData("a\nInjected: b", "a Injected: b|")] // would be a field of its own
    [InlineData("a\r\n\r\nbody", "a  body|")] // would be the end of the header
    [InlineData("a\rb", "a b|")]
    [InlineData("a\r b", "a  b|")] // a bare CR folds nothing
    [InlineData("a\r\n\tb\n c", "a\n\tb\n c|")]
    [InlineData("a\n", "a |")]
    [InlineData("a\0b", "a|")] // where the protocol ends it
    public async Task No_value_ends_its_field(string value, string expected)
    {
        _handler.AtEnd = (_, modifications, _) =>
        {
            modifications.AddHeader("X", value);
            return new(MilterResponse.Continue);
        };
        await using var conversation = new HandlerConversation(_handler, EveryAction);

        var answers = await conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()]);

        Assert.Equal("X|" + expected, answers[^2].Text);
    }

    [Fact]
    public async Task A_change_that_was_not_agreed_on_or_is_not_valid_is_an_error_of_the_handler()
    {
        _handler.AtEnd = (context, modifications, _) =>
        {
            Assert.Equal(MilterActions.AddHeaders, context.Actions);
            Assert.Throws<InvalidOperationException>(() => modifications.Quarantine("why"));
            Assert.Throws<InvalidOperationException>(() => modifications.AddRecipient("<a@example.org>"));
            Assert.Throws<InvalidOperationException>(() => modifications.RemoveHeader(1, "X"));
            Assert.Throws<ArgumentException>(() => modifications.AddHeader("", "x"));
            Assert.Throws<ArgumentException>(() => modifications.AddHeader("X:", "x"));
            Assert.Throws<ArgumentException>(() => modifications.AddHeader("X\n", "x"));
            Assert.Throws<ArgumentOutOfRangeException>(() => modifications.InsertHeader(-1, "X", "x"));
            return new(MilterResponse.Continue);
        };
        await using var conversation = new HandlerConversation(
            _handler, new MilterConnectionOptions { RequiredActions = MilterActions.AddHeaders, OptionalActions = MilterActions.Quarantine });

        var answers = await conversation.SayAsync([Packets.Offer(actions: MilterActions.AddHeaders), Packets.Connect(), .. Packets.Message()]);

        Assert.Equal(MilterReply.Continue, answers[^1].Reply);
    }

    [Theory]
    [InlineData("250 2.0.0 fine")]
    [InlineData("55 no")]
    [InlineData("550")]
    [InlineData("550-no")]
    [InlineData("")]
    [InlineData("550 192.0.2.1 is listed")]
    [InlineData("550 4.7.1 wrong class")]
    [InlineData("450 5.7.1 wrong class")]
    [InlineData("500 3 strikes")]
    [InlineData("550 0")]
    [InlineData("550 9")]
    public void A_refusal_is_an_SMTP_reply(string reply) => Assert.Throws<ArgumentException>(() => MilterResponse.Refuse(reply));

    [Theory]
    [InlineData("550 5.7.1 no")]
    [InlineData("450 4.7.1 later")]
    [InlineData("550 5 messages a day")]
    [InlineData("550 5")]
    [InlineData("550 ")]
    [InlineData("550 no 4.7.1")]
    [InlineData("550  4.7.1")]
    [InlineData("550 /4.7.1")]
    [InlineData("550 :4.7.1")]
    [InlineData("550 \u0664.7.1")] // a digit, but not of ASCII
    public void A_text_that_begins_with_no_other_digit_is_a_refusal(string reply) => Assert.Equal(reply, MilterResponse.Refuse(reply).ToString());

    [Fact]
    public async Task Macros_are_those_of_the_message_in_progress()
    {
        List<string?> ids = [];
        _handler.AtEnd = (context, _, _) =>
        {
            ids.Add(context.Macros["i"]);
            return new(MilterResponse.Continue);
        };
        await using var conversation = new HandlerConversation(_handler);

        await conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message("Q1"), .. Packets.Message("Q2"), Packets.Mail(), Packets.EndOfBody]);

        Assert.Equal(["Q1", "Q2", null], ids);
    }

    [Fact]
    public async Task A_message_that_is_abandoned_in_any_way_is_aborted_once()
    {
        await using var conversation = new HandlerConversation(_handler);
        await conversation.SayAsync(Packets.Offer(), Packets.Connect());

        foreach (var way in (byte[][])[Packets.Abort, Packets.Helo(), Packets.Mail(), Packets.QuitNewConnection])
        {
            _handler.Calls.Clear();
            await conversation.SayAsync(Packets.Mail(), way);
            Assert.Equal(1, _handler.Calls.Count(call => call == "abort"));
            await conversation.SayAsync(Packets.Abort);
        }

        Assert.Equal(["mail alice@example.com", "abort", "close"], _handler.Calls);
    }

    private static string Codes(IEnumerable<Answer> answers) => string.Concat(answers.Select(answer => (char)answer.Code));

    private sealed class Indifferent : MilterHandler;
}
