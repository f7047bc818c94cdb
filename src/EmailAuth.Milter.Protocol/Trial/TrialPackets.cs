using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace EmailAuth.Milter.Protocol.Trial;

/// <summary>Sends packets to a milter and reads its replies.</summary>
internal sealed class TrialPackets(Stream connection, TimeSpan timeout, TimeProvider time)
{
    private const int HeadBytes = 5;

    // A piece of a body has at most 65,535 bytes, and a header field is shorter than any MTA's limit of a megabyte.
    private const int MaxReplyBytes = 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _unsent = new();
    private readonly byte[] _head = new byte[HeadBytes];

    /// <summary>Keeps a packet until <see cref="ReadAsync"/> or <see cref="FlushAsync"/>.</summary>
    public void Add(MilterCommand command, ReadOnlySpan<byte> payload)
    {
        var packet = _unsent.GetSpan(HeadBytes + payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(packet, payload.Length + 1);
        packet[4] = (byte)command;
        payload.CopyTo(packet[HeadBytes..]);
        _unsent.Advance(HeadBytes + payload.Length);
    }

    /// <summary>Sends what was added.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_unsent.WrittenCount > 0)
        {
            await WithTimeAsync(async token => await connection.WriteAsync(_unsent.WrittenMemory, token).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
            _unsent.ResetWrittenCount();
        }
    }

    /// <summary>Sends what was added, and reads one packet.</summary>
    /// <exception cref="TrialFaultException">The milter sends none in time, hangs up, or sends a packet that is too long.</exception>
    public async ValueTask<(byte Code, byte[] Payload)> ReadAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        byte[] payload = [];
        await WithTimeAsync(
            async token =>
            {
                await connection.ReadExactlyAsync(_head, token).ConfigureAwait(false);
                var length = BinaryPrimitives.ReadUInt32BigEndian(_head);
                if (length is 0 or > MaxReplyBytes)
                {
                    throw new TrialFaultException(string.Create(
                        CultureInfo.InvariantCulture, $"the milter sent a packet of {length} bytes; a packet has 1 to {MaxReplyBytes} bytes"));
                }

                payload = new byte[length - 1];
                await connection.ReadExactlyAsync(payload, token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        return (_head[4], payload);
    }

    private async ValueTask WithTimeAsync(Func<CancellationToken, ValueTask> action, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await action(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TrialFaultException(string.Create(CultureInfo.InvariantCulture, $"the milter did not reply within {timeout.TotalSeconds:0.###} s"));
        }
        catch (EndOfStreamException)
        {
            throw new TrialFaultException("the milter closed the connection");
        }
        catch (IOException e)
        {
            throw new TrialFaultException($"the connection failed: {e.Message}");
        }
    }
}
