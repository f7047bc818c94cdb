using System.Text;
using EmailAuth.Hosting;
using Xunit;

namespace EmailAuth.Tests.Hosting;

/// <summary>An observer hears whether a message is a report about mail.</summary>
public class ReportObservationTests
{
    [Theory]
    [InlineData("TLS-Report-Domain", true)]
    [InlineData("X-Report-Domain", false)]
    public async Task A_message_is_a_report_by_its_header(string field, bool isReport)
    {
        var seen = new Seen();
        var pipeline = new AuthenticationPipeline(new ZoneResolver(new Zone()), new AuthenticationOptions { AuthservId = "mx.example.org" }, observers: [seen]);
        await using (var session = pipeline.BeginSession(null))
        {
            session.AddHeaderField("From"u8, " joe@a.example"u8);
            session.AddHeaderField(Encoding.ASCII.GetBytes(field), " a.example"u8);
            session.EndOfHeaders();
            await session.CompleteAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(isReport, Assert.Single(seen.Messages).IsReport);
    }

    private sealed class Seen : IEvaluatedMessageObserver
    {
        public List<EvaluatedMessage> Messages { get; } = [];

        public void OnEvaluated(EvaluatedMessage message) => Messages.Add(message);
    }
}
