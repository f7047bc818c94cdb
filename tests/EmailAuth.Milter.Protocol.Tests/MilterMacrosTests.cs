using EmailAuth.Milter.Protocol.Tests.TestSupport;

namespace EmailAuth.Milter.Protocol.Tests;

public sealed class MilterMacrosTests
{
    private readonly MilterMacros _macros = new();

    [Fact]
    public void Names_come_with_and_without_braces()
    {
        Assert.True(Apply(MilterCommand.Connect, "j", "mx.example.org", "{daemon_name}", "smtpd", "{client_addr}", "192.0.2.1", "{v}", "x"));
        Assert.True(Apply(MilterCommand.Mail, "{i}", "4XYZ", "auth_authen", "alice"));

        Assert.Equal("mx.example.org", _macros["j"]);
        Assert.Equal("smtpd", _macros["daemon_name"]);
        Assert.Equal("192.0.2.1", _macros["client_addr"]);
        Assert.Equal("4XYZ", _macros["i"]);
        Assert.Equal("alice", _macros["auth_authen"]);
    }

    [Fact]
    public void A_macro_of_MAIL_ends_with_the_next_MAIL_that_does_not_have_it()
    {
        Apply(MilterCommand.Mail, "{auth_authen}", "alice");
        Apply(MilterCommand.Mail, "i", "Q2");

        Assert.Null(_macros["auth_authen"]);
    }

    [Fact]
    public void An_empty_macro_is_null()
    {
        Apply(MilterCommand.Mail, "{auth_authen}", "");

        Assert.Null(_macros["auth_authen"]);
    }

    [Fact]
    public void The_macros_of_a_message_end_with_it()
    {
        Apply(MilterCommand.Connect, "j", "mx.example.org");
        Apply(MilterCommand.Mail, "i", "Q1", "{auth_authen}", "alice");

        _macros.ResetMessage();

        Assert.Null(_macros["i"]);
        Assert.Null(_macros["auth_authen"]);
        Assert.Equal("mx.example.org", _macros["j"]);
    }

    // As Sendmail has it: the latest step counts, and a step that comes again starts over.
    [Fact]
    public void The_latest_step_with_a_macro_is_used_and_a_repeated_step_clears_later_ones()
    {
        Apply(MilterCommand.Connect, "j", "first", "v", "kept");
        Apply(MilterCommand.Mail, "j", "second");
        Apply(MilterCommand.EndOfBody, "j", "third");
        Assert.Equal("third", _macros["j"]);

        Apply(MilterCommand.Mail, "i", "Q2");

        Assert.Equal("first", _macros["j"]);
        Assert.Equal("kept", _macros["v"]);
        Assert.Null(_macros["none"]);
    }

    [Fact]
    public void Another_client_begins_without_macros()
    {
        Apply(MilterCommand.Connect, "j", "mx.example.org");

        _macros.Reset();

        Assert.Null(_macros["j"]);
    }

    [Fact]
    public void Macros_of_an_unknown_step_are_ignored()
    {
        Assert.True(_macros.Apply("zj\0x\0"u8));

        Assert.Null(_macros["j"]);
    }

    [Fact]
    public void A_repeated_queue_id_allocates_nothing()
    {
        var packet = Packets.Macro(MilterCommand.Header, "i", "4XYZ12abc").AsSpan(5).ToArray();
        _macros.Apply(packet);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _macros.Apply(packet);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("")] // no command
    [InlineData("Mi")] // a name without its NUL
    [InlineData("Mi\0")] // no value
    [InlineData("Mi\0Q1")] // a value without its NUL
    public void A_malformed_packet_is_refused(string payload) =>
        Assert.False(_macros.Apply(System.Text.Encoding.ASCII.GetBytes(payload)));

    private bool Apply(MilterCommand stage, params string[] namesAndValues) =>
        _macros.Apply(Packets.Macro(stage, namesAndValues).AsSpan(5));
}
