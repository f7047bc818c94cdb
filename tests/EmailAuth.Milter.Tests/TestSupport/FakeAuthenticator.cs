using System.Collections.Concurrent;
using System.Net;
using System.Text;
using EmailAuth.Hosting;
using EmailAuth.Milter.Dialogue;

namespace EmailAuth.Milter.Tests.TestSupport;

/// <summary>Writes down what it is told, and answers as a test says.</summary>
internal sealed class FakeAuthenticator : IMessageAuthenticator
{
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>The verdict of each message.</summary>
    public Func<CancellationToken, ValueTask<MessageAnswer>> Verdict { get; set; } =
        _ => new(new MessageAnswer { Decision = MilterDecision.Accept, Insertions = [new("Authentication-Results", "mx.example.org; none")] });

    /// <summary>Calls that begin so throw.</summary>
    public string? ThrowAt { get; set; }

    public int BytesOfBody { get; private set; }

    /// <summary>What the dialogue said that it did.</summary>
    public ConcurrentQueue<AppliedAction> Applied { get; } = new();

    public IMessageAuthentication Begin(IPAddress? client, string? helo)
    {
        Note($"begin {client} {helo}");
        return new Authentication(this);
    }

    private void Note(string call)
    {
        Calls.Enqueue(call);
        if (ThrowAt is not null && call.StartsWith(ThrowAt, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"thrown by the test at: {call}");
        }
    }

    private sealed class Authentication(FakeAuthenticator owner) : IMessageAuthentication
    {
        private readonly StringBuilder _body = new();

        public void SetHelo(string helo) => owner.Note($"helo {helo}");

        public void SetMailFrom(string reversePath, bool isAuthenticated) =>
            owner.Note($"mail <{reversePath}>{(isAuthenticated ? " authenticated" : "")}");

        public void SetSubmission() => owner.Note("submission");

        public void Sign() => owner.Note("sign");

        public void AddRecipient(string mailbox) => owner.Note($"rcpt <{mailbox}>");

        public void AddHeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
            owner.Note($"field {Encoding.UTF8.GetString(name)}:{Encoding.UTF8.GetString(value).Replace("\r", "\\r").Replace("\n", "\\n")}");

        public void EndOfHeaders() => owner.Note("end of headers");

        public void AppendBody(ReadOnlySpan<byte> bytes)
        {
            owner.BytesOfBody += bytes.Length;
            if (_body.Length < 1_000)
            {
                _body.Append(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 1_000)]));
            }

            if (owner.ThrowAt == "body")
            {
                owner.Note("body");
            }
        }

        public ValueTask<MessageAnswer> CompleteAsync(CancellationToken cancellationToken)
        {
            owner.Note($"complete {_body.ToString().Replace("\r", "\\r").Replace("\n", "\\n")}");
            return owner.Verdict(cancellationToken);
        }

        public void ReportApplied(AppliedAction applied) => owner.Applied.Enqueue(applied);

        public void Reset()
        {
            _body.Clear();
            owner.Note("reset");
        }

        public ValueTask DisposeAsync()
        {
            owner.Note("dispose");
            return ValueTask.CompletedTask;
        }
    }
}
