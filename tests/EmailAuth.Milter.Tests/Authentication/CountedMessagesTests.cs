using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using EmailAuth.Hosting;
using EmailAuth.Milter.Authentication;
using EmailAuth.Milter.Dialogue;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Milter.Tests.Authentication;

/// <summary>Which messages the library's figures hold: those that were judged, and no others.</summary>
public sealed class CountedMessagesTests
{
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)] // of a trusted network, or of an authenticated client
    public async Task Only_mail_that_is_judged_is_counted(bool isSubmission, int expected)
    {
        var counted = await CountAsync(async authenticator =>
        {
            await using var authentication = authenticator.Begin(IPAddress.Parse("203.0.113.9"), "mail.example.net");
            if (isSubmission)
            {
                authentication.SetSubmission();
            }
            else
            {
                authentication.SetMailFrom("joe@example.net", isAuthenticated: false);
            }

            await FeedAsync(authentication);
        });

        Assert.Equal(expected, counted.GetValueOrDefault("emailauth.messages"));
        Assert.Equal(expected > 0, counted.ContainsKey("emailauth.results"));
        Assert.Equal(expected, counted.GetValueOrDefault("emailauth.message.duration"));
    }

    [Fact]
    public async Task An_abandoned_message_is_not_counted_and_the_next_one_is()
    {
        var counted = await CountAsync(async authenticator =>
        {
            await using var authentication = authenticator.Begin(IPAddress.Parse("203.0.113.9"), "mail.example.net");
            authentication.SetMailFrom("joe@example.net", isAuthenticated: false);
            authentication.AddHeaderField("From"u8, " joe@example.net"u8);
            authentication.EndOfHeaders();
            authentication.Reset();
            authentication.SetSubmission();
            authentication.AddHeaderField("From"u8, " joe@example.net"u8);
            authentication.Reset();
            authentication.SetMailFrom("joe@example.net", isAuthenticated: false);
            await FeedAsync(authentication);
        });

        Assert.Equal(1, counted["emailauth.messages"]);
    }

    private static async Task FeedAsync(IMessageAuthentication authentication)
    {
        authentication.AddHeaderField("From"u8, " joe@example.net"u8);
        authentication.EndOfHeaders();
        authentication.AppendBody("Hello\r\n"u8);
        await authentication.CompleteAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<ConcurrentDictionary<string, int>> CountAsync(Func<IMessageAuthenticator, Task> work)
    {
        var counted = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == EmailAuthTelemetry.Name)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };

        // Other tests run beside this one: only what this flow of control records is counted.
        var (flow, id) = (new AsyncLocal<object>(), new object());
        flow.Value = id;
        listener.SetMeasurementEventCallback<long>((instrument, _, _, _) => Count(instrument));
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => Count(instrument));
        listener.Start();
        await work(AuthenticatorFactory.Create(
            MilterOptions.For("mx.example.org"), new ZoneResolver(new Zone()), new FakeTimeProvider()));
        return counted;

        void Count(Instrument instrument)
        {
            if (flow.Value == id)
            {
                counted.AddOrUpdate(instrument.Name, 1, static (_, count) => count + 1);
            }
        }
    }
}
