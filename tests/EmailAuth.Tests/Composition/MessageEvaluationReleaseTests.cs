using System.Diagnostics;
using System.Net;
using EmailAuth.Hosting;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>However a message ends, its activity ends with it, and it has one from its first part on.</summary>
public class MessageEvaluationReleaseTests
{
    private static readonly Zone World = new Zone().Add("a.example", ZoneEntryKind.Txt, "v=spf1 -all").Add("_dmarc.a.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject");

    public static TheoryData<string> Ends => ["completed", "reset", "disposed", "disposed while it waits", "reset while it waits", "reset twice"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task An_activity_ends_with_its_message(string end)
    {
        using var parent = new Activity("test").Start();
        var (begun, ended) = (new List<Activity>(), new List<Activity>());
        using var listener = Listen(parent, begun, ended);
        var resolver = new ScriptedResolver(World) { IsHolding = end.Contains("waits", StringComparison.Ordinal), IsDeaf = true };
        var session = new AuthenticationPipeline(resolver, new AuthenticationOptions { AuthservId = "mx.example.org", RecordsTelemetry = true }).BeginSession(IPAddress.Parse("192.0.2.1"), "h.example");
        Assert.Empty(begun);
        session.SetMailFrom("joe@a.example");
        Assert.Single(begun);
        session.AddHeaderField("From"u8, " joe@a.example"u8);
        session.EndOfHeaders();
        Assert.Equal((1, 0), (begun.Count, ended.Count));
        switch (end)
        {
            case "completed":
                await session.CompleteAsync(TestContext.Current.CancellationToken);
                Assert.Contains(ended[0].TagObjects, static tag => tag.Key == "emailauth.action");
                break;
            case "reset" or "reset while it waits":
                session.Reset();
                break;
            case "reset twice":
                session.Reset();
                session.SetMailFrom("joe@a.example");
                Assert.Equal((2, 1), (begun.Count, ended.Count));
                session.Reset();
                Assert.Equal(2, ended.Count);
                break;
            default:
                var disposed = session.DisposeAsync();
                Assert.Equal(resolver.IsHolding ? 0 : 1, ended.Count);
                while (resolver.Waiting > 0)
                {
                    resolver.AnswerRound();
                }

                await disposed;
                break;
        }

        Assert.Equal(begun.Count, ended.Count);
        while (resolver.Waiting > 0)
        {
            resolver.AnswerRound();
        }

        await session.DisposeAsync();
        Assert.Equal(begun.Count, ended.Count);
    }

    [Fact]
    public async Task Without_telemetry_there_is_no_activity()
    {
        using var parent = new Activity("test").Start();
        var (begun, ended) = (new List<Activity>(), new List<Activity>());
        using var listener = Listen(parent, begun, ended);
        await new AuthenticationPipeline(new ZoneResolver(World), new AuthenticationOptions { AuthservId = "mx.example.org", RecordsTelemetry = false })
            .AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.OneSignature, TestContext.Current.CancellationToken);
        Assert.Empty(begun);
    }

    [Theory]
    [InlineData("MAIL FROM")]
    [InlineData("a field")]
    [InlineData("the header")]
    public async Task A_message_begins_with_its_first_part(string part)
    {
        using var parent = new Activity("test").Start();
        var (begun, ended) = (new List<Activity>(), new List<Activity>());
        using var listener = Listen(parent, begun, ended);
        await using var session = new AuthenticationPipeline(new ZoneResolver(World), new AuthenticationOptions { AuthservId = "mx.example.org", RecordsTelemetry = true }).BeginSession(null);
        session.SetHelo("h.example");
        Assert.Empty(begun);
        switch (part)
        {
            case "MAIL FROM":
                session.SetMailFrom("joe@a.example");
                break;
            case "a field":
                session.AddHeaderField("From"u8, " joe@a.example"u8);
                break;
            default:
                session.EndOfHeaders();
                break;
        }

        Assert.Single(begun);
    }

    // Those of this test alone: others run beside it.
    private static ActivityListener Listen(Activity parent, List<Activity> begun, List<Activity> ended)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == EmailAuthTelemetry.Name,
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity => Add(begun, activity),
            ActivityStopped = activity => Add(ended, activity),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;

        void Add(List<Activity> list, Activity activity)
        {
            if (activity.TraceId == parent.TraceId)
            {
                list.Add(activity);
            }
        }
    }
}
