using System.Globalization;
using EmailAuth.Cli.Output;
using NATS.Client.JetStream;

namespace EmailAuth.Cli.Nats;

/// <summary>Puts lines into a stream, each once, and notes what the server has.</summary>
/// <param name="link">The connection.</param>
/// <param name="publisher">Stores.</param>
/// <param name="manifest">What was submitted so far.</param>
/// <param name="stream">The stream that has to take the lines.</param>
/// <param name="subject">The subject of the lines.</param>
internal sealed class Submitter(NatsLink link, StreamPublisher publisher, Manifest manifest, string stream, string subject)
{
    // The id and the name of the stream are headers of the message.
    private const int HeaderRoom = 512;

    // What is sent by one thread arrives in the order of the input, as long as nothing has to be tried again.
    private const int Jobs = 1;

    // After Ctrl-C the server may take this long to acknowledge what is on its way.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>How many lines the server took.</summary>
    public long Submitted { get; private set; }

    /// <summary>How many it had already.</summary>
    public long Known { get; private set; }

    /// <summary>How many could not be submitted.</summary>
    public long Failed { get; private set; }

    /// <summary>Submits lines.</summary>
    /// <param name="lines">The lines; those in the manifest are left out before.</param>
    /// <param name="inFlight">The most lines that wait for the server's acknowledgement.</param>
    /// <param name="progress">Is advanced by each line.</param>
    /// <param name="cancellationToken">Ends the run. What the server has is in the manifest.</param>
    public async Task RunAsync(IAsyncEnumerable<SubmittedLine> lines, int inFlight, Progress progress, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource();
        await using var registration = cancellationToken.Register(() => patience.CancelAfter(Patience));
        var results = OrderedWork.RunAsync(lines, line => SubmitAsync(line, patience.Token), static line => line.Bytes.Length, Jobs, inFlight, cancellationToken);
        await using var pending = results.GetAsyncEnumerator(CancellationToken.None);
        try
        {
            while (true)
            {
                var next = pending.MoveNextAsync();
                if (!next.IsCompleted)
                {
                    // Nothing is acknowledged now: write what was, so that a kill costs little.
                    await manifest.FlushAsync();
                }

                if (!await next)
                {
                    return;
                }

                Note(pending.Current.Name, pending.Current.Stored);
                progress.Advance();
            }
        }
        finally
        {
            await manifest.FlushAsync();
        }
    }

    private async Task<(string Name, StoredMessage Stored)> SubmitAsync(SubmittedLine line, CancellationToken cancellationToken)
    {
        if (line.Error is not null)
        {
            return (line.Name, new StoredMessage(0, false, line.Error));
        }

        var most = link.MaxPayload - HeaderRoom;
        if (line.Bytes.Length > most)
        {
            return (line.Name, new StoredMessage(0, false, string.Create(CultureInfo.InvariantCulture, $"its line has {line.Bytes.Length} bytes, and the server takes {most} (max_payload)")));
        }

        var options = new NatsJSPubOpts { MsgId = manifest.IdOf(line.Name), ExpectedStream = stream, RetryAttempts = 1 };
        return (line.Name, await publisher.StoreAsync(subject, line.Bytes, options, null, cancellationToken));
    }

    private void Note(string name, StoredMessage stored)
    {
        if (stored.Refusal is { } reason)
        {
            Failed++;
            manifest.AddFailure(name, reason);
            Console.Error.WriteLine($"emailauth: {VisibleText.Of(name)}: {VisibleText.Of(reason)}");
            return;
        }

        if (stored.IsNew)
        {
            Submitted++;
        }
        else
        {
            Known++;
        }

        manifest.Add(name, stored);
    }
}
