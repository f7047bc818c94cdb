using System.Diagnostics;
using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Policy;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace EmailAuth.Cli.Serve;

/// <summary><c>POST /v1/check</c>: judges the message of the body as it arrives, and answers with the outcome.</summary>
internal sealed class CheckEndpoint(ServeOptions options, AuthenticationPipeline pipeline, RequestRoom room, ILogger logger)
{
    public const string Path = "/v1/check";

    /// <summary>What to do: accept, quarantine, reject or tempfail.</summary>
    public const string ActionField = "EmailAuth-Action";

    /// <summary>The SMTP reply of a refusal.</summary>
    public const string ReplyField = "EmailAuth-Reply";

    /// <summary>The names of fields of the message of which at least one must be removed.</summary>
    public const string RemoveField = "EmailAuth-Remove";

    /// <summary>
    /// The most characters of <see cref="RemoveField"/>: HTTP clients take 16 KB in all and more. A host must not deliver a message of which it cannot be told
    /// all names, so past this the message is refused.
    /// </summary>
    public const int MaxRemoveLength = 4096;

    private const string MessageType = "message/rfc822";
    private const string JsonType = "application/json";
    private const string TextType = "text/plain";

    // Those of RFC 9110 section 15.5: the body is not the message, or it is not all of it.
    private const string NotWhole = "the request ended before the message did";

    public async Task HandleAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(MessageType, StringComparison.OrdinalIgnoreCase))
        {
            // A form would send another type by itself. WebPages keeps out pages that send this one.
            await Problem.WriteAsync(response, StatusCodes.Status415UnsupportedMediaType, $"the body is the message, so Content-Type must be {MessageType}");
            return;
        }

        if (request.Headers.ContentEncoding is not ([] or ["identity"]))
        {
            // RFC 9110 section 8.4: these octets are not those of the message.
            await Problem.WriteAsync(
                response, StatusCodes.Status415UnsupportedMediaType, "the body is the message as it arrived, so Content-Encoding must be absent");
            return;
        }

        if (AnswerType(request) is not { } answerType)
        {
            await Problem.WriteAsync(
                response, StatusCodes.Status406NotAcceptable, $"Accept must allow {JsonType} (the outcome) or {TextType} (the header field)");
            return;
        }

        if (CheckRequest.Parse(request.QueryString.Value ?? string.Empty, out var errors) is not { } check)
        {
            await Problem.WriteAsync(response, StatusCodes.Status400BadRequest, "the query is not clear, so nothing was checked", errors);
            return;
        }

        if (request.ContentLength > options.MaxMessageBytes)
        {
            await TooLargeAsync(response);
            return;
        }

        if (!await room.EnterAsync(options.WaitTimeout, context.RequestAborted))
        {
            await Problem.WriteAsync(response, StatusCodes.Status503ServiceUnavailable, "too many checks are in progress; retry");
            return;
        }

        try
        {
            await CheckAsync(context, check, answerType);
        }
        finally
        {
            room.Leave();
        }
    }

    private async Task CheckAsync(HttpContext context, CheckRequest check, string answerType)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(options.Timeout);
        await using var message = new HeaderTee(context.Request.Body, options.Authentication.MessageLimits.MaxHeaderBytes, options.MaxMessageBytes);
        try
        {
            var outcome = await pipeline.AuthenticateAsync(check.Envelope, message, limit.Token);
            if (message.Count == 0)
            {
                await Problem.WriteAsync(context.Response, StatusCodes.Status400BadRequest, "the body is empty; it must be the message");
                return;
            }

            var names = NamesToRemove(outcome);
            outcome = Told(outcome, names);
            ServeLog.Checked(logger, check, outcome);
            await AnswerAsync(context.Response, outcome, names, message.Header, answerType);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await TooLargeAsync(context.Response);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            await Problem.WriteAsync(context.Response, StatusCodes.Status408RequestTimeout, "the message arrives too slowly");
        }
        catch (IOException e) when (e is not ConnectionResetException)
        {
            // Kestrel says so of most bodies that are not as HTTP has them with a BadHttpRequestException, which is one, and of some with another.
            await Problem.WriteAsync(context.Response, StatusCodes.Status400BadRequest, NotWhole);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await (message.IsComplete
                ? Problem.WriteAsync(context.Response, StatusCodes.Status504GatewayTimeout, "the check took too long; retry")
                : Problem.WriteAsync(context.Response, StatusCodes.Status408RequestTimeout, "the message did not arrive in time"));
        }
    }

    private static Task AnswerAsync(HttpResponse response, AuthenticationOutcome outcome, string names, ReadOnlyMemory<byte> header, string answerType)
    {
        response.Headers[ActionField] = outcome.Disposition.Action.Keyword();
        if (outcome.Disposition.Reply is { } reply)
        {
            response.Headers[ReplyField] = reply.ToString();
        }

        if (names.Length is > 0 and <= MaxRemoveLength)
        {
            response.Headers[RemoveField] = names;
        }

        return answerType switch
        {
            JsonType => Problem.WriteAsync(response, JsonType, MessageAccount.Of(outcome, header).Json(JsonOutput.OneLine) + "\n"),
            TextType => Problem.WriteAsync(response, TextType + "; charset=utf-8", FieldText(outcome)),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>What <see cref="RemoveField"/> has to say; empty when nothing must be removed.</summary>
    public static string NamesToRemove(AuthenticationOutcome outcome) =>
        // Names only: a sender decides how many such fields there are, and a host must not miss one because the list is long or a name is odd.
        string.Join(", ", outcome.FieldsToRemove.Select(static field => Visible(field.Name.Trim(' ', '\t'))).Distinct(StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// The outcome, refused when a host cannot be told what to remove: more names than fit, or a first line that would continue the field on top of it
    /// (RFC 5322 section 2.2.3).
    /// </summary>
    public static AuthenticationOutcome Told(AuthenticationOutcome outcome, string names)
    {
        if (outcome.Disposition.Action is DispositionAction.Reject or DispositionAction.TempFail)
        {
            return outcome;
        }

        // No name says that the first line is meant: a host looks for the name without the white space, or has no name at all.
        return outcome.FieldsToRemove is [{ Index: 0, Name: "" or [' ' or '\t', ..] }, ..]
            ? Refused(outcome, "the first line of the message is no field", "the message starts with white space")
            : names.Length > MaxRemoveLength
            ? Refused(outcome, "the names of the fields to remove are more than a host can be told", "the header has too many fields that only the receiver may write")
            : outcome;
    }

    private static AuthenticationOutcome Refused(AuthenticationOutcome outcome, string reason, string text) => outcome.WithDisposition(new Disposition
    {
        Action = DispositionAction.Reject,
        Reason = reason,
        Reply = new SmtpReply(550, "5.6.0", "Not accepted: " + text),
    });

    // What cannot be in a list of names, percent-encoded (RFC 3986 section 2.1). Each character of a name is an octet of it.
    private static string Visible(string name)
    {
        if (name.All(static c => c is > ' ' and < '\x7f' and not (',' or '%')))
        {
            return name;
        }

        return string.Concat(name.Select(static c =>
            c is > ' ' and < '\x7f' and not (',' or '%') ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"%{(int)c:X2}")));
    }

    // The fields as they belong on top of a message, each with its line end.
    private static string FieldText(AuthenticationOutcome outcome) =>
        outcome.Header.TrimEnd('\r', '\n') + "\r\n" + (outcome.ExtendedHeader is { } extended ? extended.TrimEnd('\r', '\n') + "\r\n" : string.Empty);

    private Task TooLargeAsync(HttpResponse response) => Problem.WriteAsync(
        response, StatusCodes.Status413PayloadTooLarge, $"the message has more than {options.MaxMessageBytes} octets (--max-message-bytes)");

    // RFC 9110 section 12.5.1: the more specific range goes first; of equal ones the heavier, then JSON.
    private static string? AnswerType(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0)
        {
            return JsonType;
        }

        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var ranges))
        {
            return null;
        }

        var (json, text) = (Quality(ranges, JsonType), Quality(ranges, TextType));
        return json >= text && json > 0 ? JsonType : text > 0 ? TextType : null;
    }

    private static double Quality(IList<MediaTypeHeaderValue> ranges, string type)
    {
        var given = new MediaTypeHeaderValue(type);
        var best = ranges.Where(given.IsSubsetOf).MaxBy(static range => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2);
        return best is null ? 0 : best.Quality ?? 1;
    }
}
