using System.Diagnostics.Metrics;
using System.Text.Json;
using EmailAuth.Composition;
using EmailAuth.Hosting;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>
/// A method that exists in the tests alone is in every output of the library: no output has a list of its own. The command, the milter and the
/// C interface have the same test beside their own.
/// </summary>
public class MadeUpMethodTests
{
    private const string Said = "made-up=permerror";

    [Theory]
    [InlineData(ExtendedResults.None, false)]
    [InlineData(ExtendedResults.Bimi, true)]
    [InlineData(ExtendedResults.All, true)]
    public void It_is_in_the_second_field_as_the_readers_in_use_do_not_know_it(ExtendedResults asked, bool isWritten)
    {
        var outcome = Compose(asked);
        Assert.DoesNotContain("made-up", outcome.Header, StringComparison.Ordinal);
        Assert.Equal(isWritten, outcome.ExtendedHeader?.Contains(Said + " reason=\"nobody made it\" policy.maker=maker.example", StringComparison.Ordinal) is true);
        Assert.Equal("made-up", outcome.Results[^1].Method);
    }

    [Fact]
    public void It_is_the_last_method_in_JSON()
    {
        using var json = JsonDocument.Parse(Compose().ToJson());
        var members = json.RootElement.EnumerateObject().Select(member => member.Name).ToList();
        Assert.Equal("iprev", members[members.IndexOf("made-up") - 1]);
        Assert.Equal("none at all", json.RootElement.GetProperty("made-up").GetProperty("evidence").GetString());
    }

    [Fact]
    public void It_is_in_a_line_of_a_batch()
    {
        using var json = JsonDocument.Parse(BatchResult.ToJsonLine("x", Compose()));
        Assert.Equal("""{"result":"permerror"}""", json.RootElement.GetProperty("made-up").GetRawText());
    }

    [Fact]
    public void It_is_recorded_in_vectors_and_compared()
    {
        var outcome = Compose();
        var recorded = VectorExpectation.Of(outcome);
        var vector = new TestVector { Id = "x", Input = new VectorInput(), Expect = recorded };
        Assert.Contains("\"made-up\":{\"result\":[\"permerror\"]}", vector.ToJsonLine(), StringComparison.Ordinal);
        Assert.Empty(VectorComparison.Compare(recorded, outcome));
        var other = recorded with
        {
            Methods = recorded.Methods.SetItem("made-up", new ExpectedMethod
            {
                Results =
                [
                    new ExpectedResult
                    {
                        Result = ["pass"],
                        Evidence = recorded.Methods["made-up"].Results[0].Evidence.Add("domain", "other.example"),
                        Properties = recorded.Methods["made-up"].Results[0].Properties.Add("policy.maker", "other.example"),
                    },
                ],
            }),
        };
        Assert.Equal(
            [
                "made-up: got permerror, expected pass",
                "made-up.domain: got maker.example, expected other.example",
                "made-up.properties.policy.maker: got maker.example, expected other.example",
            ],
            VectorComparison.Compare(other, outcome).Select(mismatch => mismatch.ToString()));
    }

    [Fact]
    public void It_is_counted_and_logged()
    {
        var counted = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == EmailAuthTelemetry.Name && instrument.Name == "emailauth.results")
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
            {
                counted += tag is { Key: "emailauth.method", Value: "made-up" } ? 1 : 0;
            }
        });
        listener.Start();
        var logger = new Lines();

        var message = new EvaluatedMessage(new SmtpEnvelope(null, null, null), Compose());
        new TelemetryObserver().OnEvaluated(message);
        new LogObserver(logger).OnEvaluated(message);

        Assert.Equal(1, counted);
        Assert.Contains(logger.Written, line => line.StartsWith("made-up of a message of", StringComparison.Ordinal) && line.EndsWith("nobody made it", StringComparison.Ordinal));
    }

    private static AuthenticationOutcome Compose(ExtendedResults asked = ExtendedResults.Bimi)
    {
        var header = HeaderBlock.Parse("From: joe@example.com\r\n\r\n"u8.ToArray());
        var disposition = new Disposition { Action = DispositionAction.Accept, Reason = "none" };
        var options = new AuthenticationOptions { AuthservId = "mx.example.org", ExtendedResults = asked };
        return OutcomeComposer.Compose(options, header, Author.Find(header), disposition, [new MadeUpMethod()], 0, TimeSpan.Zero, hasReconstructedEnvelope: false);
    }

    private sealed class Lines : ILogger
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));
    }
}
