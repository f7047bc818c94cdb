using System.Diagnostics.Metrics;
using EmailAuth.Hosting;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Hosting;

/// <summary>A log that throws whatever it is asked.</summary>
public class FaultyLogTests
{
    [Fact]
    public void It_may_listen_nevertheless() => Assert.True(new MessageObservers(new FaultyLogger(), recordsTelemetry: false, []).AreListening);

    // Once for the line about the message, and once for the line that this has failed. Other tests count on other threads.
    [Fact]
    public void Each_of_its_faults_is_counted()
    {
        var thread = Environment.CurrentManagedThreadId;
        List<string?> counted = [];
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == EmailAuthTelemetry.Name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
            {
                foreach (var tag in tags)
                {
                    if (tag.Key == "emailauth.observer" && Environment.CurrentManagedThreadId == thread)
                    {
                        counted.Add(tag.Value as string);
                    }
                }
            });
            listener.Start();
            new MessageObservers(new FaultyLogger(), recordsTelemetry: false, []).Tell(new EvaluatedMessage(new SmtpEnvelope(null, null, null), Outcome()));
        }

        Assert.Equal(["LogObserver", "LogObserver"], counted);
    }

    private static AuthenticationOutcome Outcome() => new()
    {
        AuthservId = "mx.example.org",
        Author = Author.Find(HeaderBlock.Parse("From: joe@example.com\r\n\r\n"u8.ToArray())),
        Disposition = new Disposition { Action = DispositionAction.Accept, Reason = "none" },
        Header = string.Empty,
    };
}
