using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.Protocol;

public sealed class MilterMacrosTests
{
    private readonly MilterMacros _macros = new();

    [Fact]
    public void Names_stand_with_and_without_braces()
    {
        Assert.True(Apply(MilterCommand.Connect, "j", "mx.example.org", "{daemon_name}", "smtpd", "{client_addr}", "192.0.2.1", "{v}", "x"));
        Assert.True(Apply(MilterCommand.Mail, "{i}", "4XYZ", "auth_authen", "alice"));

        Assert.Equal("mx.example.org", _macros.HostName);
        Assert.Equal("smtpd", _macros.DaemonName);
        Assert.Equal("192.0.2.1", _macros.ClientAddress);
        Assert.Equal("4XYZ", _macros.QueueId);
        Assert.Equal("alice", _macros.AuthenticatedIdentity);
    }

    [Fact]
    public void An_identity_ends_with_the_next_MAIL_that_does_not_name_it()
    {
        Apply(MilterCommand.Mail, "{auth_authen}", "alice");
        Apply(MilterCommand.Mail, "i", "Q2");

        Assert.Null(_macros.AuthenticatedIdentity);
    }

    [Fact]
    public void An_empty_identity_is_none()
    {
        Apply(MilterCommand.Mail, "{auth_authen}", "");

        Assert.Null(_macros.AuthenticatedIdentity);
    }

    [Fact]
    public void A_message_takes_its_own_macros_with_it()
    {
        Apply(MilterCommand.Connect, "j", "mx.example.org");
        Apply(MilterCommand.Mail, "i", "Q1", "{auth_authen}", "alice");

        _macros.ResetMessage();

        Assert.Null(_macros.QueueId);
        Assert.Null(_macros.AuthenticatedIdentity);
        Assert.Equal("mx.example.org", _macros.HostName);
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
