using System.Net;
using System.Text;
using EmailAuth.Fuzz.Support;

namespace EmailAuth.Fuzz.Targets;

/// <summary>One session beside a plain account of what it was told, which knows what may be called when.</summary>
internal sealed class SessionRun(AuthenticationPipeline atHand, AuthenticationPipeline pipeline, ScriptedResolver late, Random order, IPAddress? client)
{
    private readonly AuthenticationSession _session = pipeline.BeginSession(client);
    private readonly List<string> _fields = [];
    private readonly StringBuilder _body = new();
    private Stage _stage = Stage.Envelope;
    private string? _helo;
    private string? _mailFrom;
    private bool _isHeloBeforeMail = true;

    private enum Stage
    {
        Envelope,
        Header,
        Body,
        Completed,
        Disposed,
    }

    public void Call(SessionCall call, ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        switch (call)
        {
            case SessionCall.Helo:
                if (Did(_stage is Stage.Envelope or Stage.Completed, () => _session.SetHelo(text)))
                {
                    BeginNextAfterCompletion();
                    (_helo, _isHeloBeforeMail) = (text, _mailFrom is null);
                }

                break;
            case SessionCall.MailFrom:
                if (Did(_stage is Stage.Envelope or Stage.Completed, () => _session.SetMailFrom(text)))
                {
                    BeginNextAfterCompletion();
                    (_mailFrom, _isHeloBeforeMail) = (text, true);
                }

                break;
            case SessionCall.Field:
                AddField(text);
                break;
            case SessionCall.EndOfHeaders:
                if (Did(_stage is Stage.Envelope or Stage.Header, _session.EndOfHeaders))
                {
                    _stage = Stage.Body;
                }

                break;
            case SessionCall.Body:
                if (Did(_stage == Stage.Body, () => _session.AppendBody(Encoding.Latin1.GetBytes(text))))
                {
                    _body.Append(text);
                }

                break;
            case SessionCall.Complete:
                Complete();
                break;
            case SessionCall.CompleteCancelled:
                CompleteCancelled();
                break;
            case SessionCall.Reset:
                if (Did(_stage != Stage.Disposed, _session.Reset))
                {
                    BeginNext();
                }

                break;
            case SessionCall.Authenticated:
                _session.IsAuthenticatedSubmission = !_session.IsAuthenticatedSubmission;
                break;
            case SessionCall.Dispose:
                // Whatever is under way; more than once, too.
                late.Run(order, async () =>
                {
                    await _session.DisposeAsync();
                    return true;
                });
                _stage = Stage.Disposed;
                break;
        }
    }

    // RFC 5321 section 4.1.4: HELO and MAIL FROM after a message begin the next one.
    private void BeginNextAfterCompletion()
    {
        if (_stage == Stage.Completed)
        {
            BeginNext();
        }
    }

    private void BeginNext()
    {
        _fields.Clear();
        _body.Clear();
        (_stage, _mailFrom, _isHeloBeforeMail) = (Stage.Envelope, null, true);
    }

    private void AddField(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (name, value) = colon < 0 ? (text, string.Empty) : (text[..colon], text[(colon + 1)..]);
        if (Did(_stage is Stage.Envelope or Stage.Header, () => _session.AddHeaderField(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value))))
        {
            _stage = Stage.Header;
            _fields.Add(name + ":" + value + "\r\n");
        }
    }

    private void Complete()
    {
        AuthenticationOutcome? outcome = null;
        if (!Did(_stage == Stage.Body, () => outcome = late.Run(order, () => _session.CompleteAsync())))
        {
            return;
        }

        _stage = Stage.Completed;
        OutcomeExpectations.Check(outcome!);
        var message = string.Concat(_fields) + "\r\n" + _body;

        // What does not read back as the same fields is not the same message, nor is one whose first line ends with LF; and a whole message knows one HELO only.
        if (_isHeloBeforeMail && message.IndexOf('\n', StringComparison.Ordinal) == message.IndexOf("\r\n", StringComparison.Ordinal) + 1 && PlainMessage.Of(message).Fields.SequenceEqual(_fields))
        {
            var envelope = new SmtpEnvelope(client, _helo, _mailFrom) { IsAuthenticatedSubmission = _session.IsAuthenticatedSubmission };
            var whole = Expect.Completed(atHand.AuthenticateAsync(envelope, Encoding.Latin1.GetBytes(message)));
            Expect.Equal(OutcomeExpectations.Describe(whole), OutcomeExpectations.Describe(outcome!), "told in a session, the message is judged otherwise");
        }
    }

    private void CompleteCancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var isLegal = _stage == Stage.Body;
        try
        {
            late.Run(order, () => _session.CompleteAsync(cancelled.Token));
            FindingException.ThrowIf(!isLegal, $"completed at {_stage}");
        }
        catch (OperationCanceledException) when (isLegal)
        {
            // What is at hand already may be judged all the same; what is not is given up.
        }
        catch (InvalidOperationException) when (!isLegal)
        {
            return;
        }

        _stage = Stage.Completed;
    }

    private bool Did(bool isLegal, Action call)
    {
        try
        {
            call();
        }
        catch (InvalidOperationException) when (!isLegal)
        {
            return false;
        }

        FindingException.ThrowIf(!isLegal, $"a call out of order is taken at {_stage}");
        return true;
    }
}
