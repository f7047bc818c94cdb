using System.Globalization;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EmailAuth.Cli.Nats;

/// <summary>Notices lines that stay in a work queue although they were acknowledged: a server that is killed can forget that it removed them.</summary>
/// <param name="context">The connection.</param>
/// <param name="stream">The stream of lines.</param>
/// <param name="log">Is told about them, once.</param>
internal sealed class LeftLines(INatsJSContext context, string stream, WorkerLog log)
{
    private (long Lines, ulong First) _last;
    private bool _isTold;

    /// <summary>Looks, when the consumer has given nothing for a while.</summary>
    /// <param name="consumer">What the server says of it now.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public async Task LookAsync(ConsumerInfo consumer, CancellationToken cancellationToken)
    {
        // A consumer with a filter leaves the other lines to others.
        if (_isTold || consumer.NumPending > 0 || consumer.Config is not { FilterSubject: null, FilterSubjects: null or { Count: 0 } })
        {
            return;
        }

        var info = (await context.GetStreamAsync(stream, cancellationToken: cancellationToken)).Info;
        var left = info.State.Messages - consumer.NumAckPending;
        if (info.Config.Retention != StreamConfigRetention.Workqueue || left <= 0 || info.State.LastSeq > consumer.Delivered.StreamSeq)
        {
            return;
        }

        // Another worker may acknowledge lines at this moment: they are left when they are still there the next time.
        var found = (left, info.State.FirstSeq);
        if (found == _last)
        {
            log.Warn(string.Create(
                CultureInfo.InvariantCulture,
                $"the stream '{stream}' has {left} lines that were acknowledged: a server that is killed can forget to remove them; they have results, and go when the consumer '{consumer.Name}' is deleted and made again"));
            _isTold = true;
        }

        _last = found;
    }
}
