using System.Net;
using EmailAuth.Hosting;

namespace EmailAuth.Milter.Dialogue;

/// <summary>
/// An authentication whose exceptions do not end the connection: each is logged with the queue id, and the message in progress counts as
/// failed. The next message begins with a new authentication.
/// </summary>
internal sealed class FaultIsolatedSession(
    IMessageAuthenticator authenticator, MilterEvents events, Func<string?> queueId) : IAsyncDisposable
{
    private IMessageAuthentication? _inner;
    private IPAddress? _client;
    private string? _helo;
    private bool _hasClient;
    private Task _lettingGo = Task.CompletedTask;

    /// <summary>Whether the message in progress has failed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Whether there is a client, and its message has not failed.</summary>
    public bool IsListening => _inner is not null && !HasFailed;

    public void Begin(IPAddress? client)
    {
        _client = client;
        _hasClient = true;
        _helo = null;
        Renew();
    }

    public void SetHelo(string helo)
    {
        _helo = helo;
        Tell(static (inner, helo) => inner.SetHelo(helo), helo);
    }

    public void SetMailFrom(string reversePath, bool isAuthenticated)
    {
        BeginMessage();
        Tell(static (inner, mail) => inner.SetMailFrom(mail.reversePath, mail.isAuthenticated), (reversePath, isAuthenticated));
    }

    public void SetSubmission()
    {
        BeginMessage();
        Tell(static (inner, _) => inner.SetSubmission(), 0);
    }

    public void Sign() => Tell(static (inner, _) => inner.Sign(), 0);

    public void AddRecipient(string mailbox) => Tell(static (inner, mailbox) => inner.AddRecipient(mailbox), mailbox);

    public void AddHeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!IsListening)
        {
            return;
        }

        try
        {
            _inner!.AddHeaderField(name, value);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    public void EndOfHeaders() => Tell(static (inner, _) => inner.EndOfHeaders(), 0);

    public void AppendBody(ReadOnlySpan<byte> bytes)
    {
        if (!IsListening || bytes.IsEmpty)
        {
            return;
        }

        try
        {
            _inner!.AppendBody(bytes);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <summary>Decides; null when the message has failed.</summary>
    /// <exception cref="OperationCanceledException">The connection ends.</exception>
    public async Task<MessageAnswer?> CompleteAsync(CancellationToken cancellationToken)
    {
        if (!IsListening)
        {
            return null;
        }

        try
        {
            return await _inner!.CompleteAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return null;
        }
    }

    /// <summary>Reports the action that was applied to the message.</summary>
    public void ReportApplied(AppliedAction applied) => Tell(static (inner, applied) => inner.ReportApplied(applied), applied);

    /// <summary>Forgets what is held of the message in progress, which counts as failed.</summary>
    public void GiveUp()
    {
        Tell(static (inner, _) => inner.Reset(), 0);
        HasFailed = true;
    }

    /// <summary>Forgets the message in progress.</summary>
    public void EndMessage()
    {
        Tell(static (inner, _) => inner.Reset(), 0);
        if (HasFailed)
        {
            LetGo();
        }

        HasFailed = false;
    }

    /// <summary>Forgets the client.</summary>
    public void EndClient()
    {
        LetGo();
        HasFailed = false;
        _hasClient = false;
    }

    public async ValueTask DisposeAsync()
    {
        LetGo();
        await _lettingGo;
    }

    private void BeginMessage()
    {
        if (_inner is null)
        {
            HasFailed = false;
            Renew();
        }
    }

    private void Renew()
    {
        if (!_hasClient)
        {
            return;
        }

        try
        {
            _inner = authenticator.Begin(_client, _helo);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void Tell<T>(Action<IMessageAuthentication, T> what, T argument)
    {
        if (!IsListening)
        {
            return;
        }

        try
        {
            what(_inner!, argument);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void Fail(Exception exception)
    {
        HasFailed = true;
        events.InternalError(queueId(), exception);
    }

    // The abandoned authentication may still be ending its lookups: only the end of the connection waits for that.
    private void LetGo()
    {
        if (_inner is not null)
        {
            _lettingGo = DisposeAsync(_inner);
            _inner = null;
        }
    }

    private async Task DisposeAsync(IMessageAuthentication inner)
    {
        try
        {
            await inner.DisposeAsync();
        }
        catch (Exception exception)
        {
            events.InternalError(queueId(), exception);
        }
    }
}
