using System.Buffers;
using System.Collections.Immutable;
using System.IO.Pipelines;
using EmailAuth.Native.Handles;

namespace EmailAuth.Native.Signing;

/// <summary>One message on its way to being signed or sealed, fed in pieces. Nothing of its body is kept: what reads it runs within each call.</summary>
internal sealed class NativeSigning
{
    private const int StepLength = 64 * 1024;

    private readonly CallGate _gate = new("signing");
    private readonly ImmutableArray<NativeKey> _keys;
    private readonly Task<SignedFields> _signed;

    // The reader goes on inline, in the call that writes, so that the pipe never holds more than a step.
    private readonly Pipe _pipe = new(new PipeOptions(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));

    private Stage _stage;
    private SignedTexts? _texts;

    public NativeSigning(ImmutableArray<NativeKey> keys, Func<PipeReader, Task<SignedFields>> sign) => (_keys, _signed) = (keys, sign(_pipe.Reader));

    private enum Stage
    {
        Start,
        Header,
        Body,
        Whole,
        Complete,
    }

    /// <summary>Adds a header field.</summary>
    public void AddHeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty || name.IndexOfAny(":\r\n"u8) >= 0)
        {
            throw new InteropException(Status.Argument, "name: not the name of a header field (RFC 5322 section 2.2).");
        }

        var lines = FieldLines.ToCrlf(value, "value");
        Enter(Stage.Header, Stage.Start, Stage.Header);
        try
        {
            Write(name);
            Write(":"u8);
            Write(lines ?? value);
            Write("\r\n"u8);
        }
        finally
        {
            _gate.Leave();
        }
    }

    public void EndOfHeaders() => Write(Stage.Body, Stage.Start, Stage.Header, "\r\n"u8);

    public void AppendBody(ReadOnlySpan<byte> chunk) => Write(Stage.Body, Stage.Body, Stage.Body, chunk);

    /// <summary>Adds the next bytes of the whole message, header and body.</summary>
    public void AppendMessage(ReadOnlySpan<byte> chunk) => Write(Stage.Whole, Stage.Start, Stage.Whole, chunk);

    /// <summary>The message has ended: signs.</summary>
    public void Complete()
    {
        Enter(Stage.Complete, Stage.Body, Stage.Whole);
        try
        {
            _pipe.Writer.Complete();
            _texts = new SignedTexts(_signed.GetAwaiter().GetResult());
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>What was signed; a call before <see cref="Complete"/> is out of order.</summary>
    public SignedTexts Texts()
    {
        _gate.Enter();
        try
        {
            return _texts ?? throw new InteropException(Status.State, "The message is not complete: call emailauth_signing_complete first.");
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Reserves the signing and never releases it: it is being freed.</summary>
    public void Take() => _gate.Close();

    /// <summary>Releases everything.</summary>
    public void Free()
    {
        _pipe.Writer.Complete(new OperationCanceledException());

        // A message that was abandoned ends with that exception, which nobody waits for.
        _ = _signed.Exception;
        _pipe.Reader.Complete();
        _texts?.Free();
        foreach (var key in _keys)
        {
            key.Leave();
        }
    }

    private void Enter(Stage next, Stage first, Stage second)
    {
        _gate.Enter();
        if (_stage == first || _stage == second)
        {
            _stage = next;
            return;
        }

        _gate.Leave();
        throw new InteropException(Status.State, $"The call is out of order. The signing is at: {_stage}.");
    }

    private void Write(Stage next, Stage first, Stage second, ReadOnlySpan<byte> bytes)
    {
        Enter(next, first, second);
        try
        {
            Write(bytes);
        }
        finally
        {
            _gate.Leave();
        }
    }

    // What ended early reads nothing more.
    private void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !_signed.IsCompleted)
        {
            var step = bytes[..Math.Min(bytes.Length, StepLength)];
            _pipe.Writer.Write(step);
            var flush = _pipe.Writer.FlushAsync();
            if (!flush.IsCompleted)
            {
                flush.AsTask().GetAwaiter().GetResult();
            }

            bytes = bytes[step.Length..];
        }
    }
}
