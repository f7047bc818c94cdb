using System.Text;
using System.Text.Json;
using EmailAuth.Cli.Serve;
using EmailAuth.Fuzz.Support;
using EmailAuth.Policy;
using Microsoft.AspNetCore.Http;

namespace EmailAuth.Fuzz.Targets;

/// <summary>
/// Requests to <c>emailauth serve</c>. The input: method, path and query on a line, fields on a line each, and the body, as in HTTP/1.1. A verdict is that of the
/// same message at hand; what is not clear has none.
/// </summary>
internal static class ServeTarget
{
    private const int MaxMessageBytes = 50_000;

    private static readonly ServeOptions Options = new()
    {
        Authentication = new AuthenticationOptions
        {
            AuthservId = "mx.example.org",
            TimeProvider = FixedTime.Default,
            LocalPolicy = new LocalPolicy { OnReject = DispositionAction.Reject, OnQuarantine = DispositionAction.Quarantine },
        },
        Resolver = MilterTarget.Zone,
        MaxMessageBytes = MaxMessageBytes,
    };

    private static readonly AuthenticationPipeline Pipeline = new(Options.Resolver, Options.Authentication);

    private static readonly RequestRoom Room = new(1, 1);

    private static readonly ErrorLog Log = new();

    private static readonly ServeEndpoints Endpoints = new(Options, new CheckEndpoint(Options, Pipeline, Room, Log), new DnsHealth(Pipeline, FixedTime.Default), Log, CancellationToken.None);

    public static void Run(ReadOnlySpan<byte> input)
    {
        var end = input.IndexOf("\r\n\r\n"u8);
        var lines = Encoding.Latin1.GetString(end < 0 ? input : input[..end]).Split("\r\n");
        if (lines[0].Split(' ') is not [var method, ['/', ..] target, ..] || input.ContainsAny("\0"u8) || target.Split('?')[0].Contains("%00", StringComparison.Ordinal) || lines.Length > 50)
        {
            return; // Kestrel passes on no such request
        }

        var body = end < 0 ? [] : input[(end + 4)..].ToArray();
        var context = new DefaultHttpContext();
        using var answer = new MemoryStream();
        var query = target.IndexOf('?', StringComparison.Ordinal);
        (context.Request.Method, context.Request.Path, context.Request.Body, context.Response.Body) = (method, query < 0 ? target : target[..query], new PieceStream(body), answer);
        context.Request.QueryString = new QueryString(query < 0 ? string.Empty : target[query..]);
        foreach (var field in lines[1..])
        {
            if (field.Split(':', 2) is [{ Length: > 0 } name, var value])
            {
                context.Request.Headers.Append(name, value.Trim());
            }
        }

        // Its length is the host's word, which Kestrel keeps to.
        context.Request.ContentLength = body.Length;
        Expect.Completed(new ValueTask(Endpoints.HandleAsync(context, static _ => Task.CompletedTask)));
        Log.ThrowIfAny();
        Check(context, answer.ToArray(), body);
    }

    private static void Check(HttpContext context, byte[] answer, byte[] body)
    {
        var response = context.Response;
        FindingException.ThrowIf(response.StatusCode is not (200 or 400 or 401 or 404 or 405 or 406 or 413 or 415 or 503), $"status {response.StatusCode}");
        foreach (var (name, values) in response.Headers)
        {
            FindingException.ThrowIf(values.Any(value => value!.AsSpan().ContainsAnyExceptInRange(' ', '~')), $"{name} with what a field cannot have: {values}");
        }

        var hasVerdict = response.Headers.ContainsKey(CheckEndpoint.ActionField);
        FindingException.ThrowIf(hasVerdict != (response.StatusCode == 200 && context.Request.Path == CheckEndpoint.Path), $"a verdict with status {response.StatusCode}, or none");
        if (response.ContentType?.Contains("json", StringComparison.Ordinal) == true)
        {
            using var json = JsonDocument.Parse(answer);
            FindingException.ThrowIf(!hasVerdict && response.StatusCode >= 400 && json.RootElement.GetProperty("status").GetInt32() != response.StatusCode, "a problem of another status");
        }

        if (!hasVerdict)
        {
            return;
        }

        var request = CheckRequest.Parse(context.Request.QueryString.Value!, out var errors);
        FindingException.ThrowIf(request is null || !errors.IsEmpty || body.Length is 0 or > MaxMessageBytes, "a verdict about a request that is not clear");
        var outcome = Expect.Completed(Pipeline.AuthenticateAsync(request!.Envelope, body));
        var names = CheckEndpoint.NamesToRemove(outcome);
        outcome = CheckEndpoint.Told(outcome, names);
        FindingException.ThrowIf(
            names.Length > CheckEndpoint.MaxRemoveLength && outcome.Disposition.Action is not (DispositionAction.Reject or DispositionAction.TempFail), "fields are left that are not named");
        Expect.Equal(outcome.Disposition.Action.Keyword(), response.Headers[CheckEndpoint.ActionField].ToString(), "the verdict");
        FindingException.ThrowIf((names.Length is > 0 and <= CheckEndpoint.MaxRemoveLength) != response.Headers.ContainsKey(CheckEndpoint.RemoveField), "fields to remove are not told, or made up");
        FindingException.ThrowIf((outcome.Disposition.Reply is null) == response.Headers.ContainsKey(CheckEndpoint.ReplyField), "a reply is not told, or made up");

        // RFC 3986: the same query, all of it percent-encoded, says the same.
        var envelope = request.Envelope;
        var encoded = $"mail_from={Encoded(envelope.MailFrom!)}&client_ip={Encoded(envelope.ClientAddress!.ToString())}"
            + (envelope.Helo is { } helo ? $"&helo={Encoded(helo)}" : string.Empty) + (envelope.IsAuthenticatedSubmission ? "&authenticated=true" : string.Empty)
            + string.Concat(envelope.Recipients.Select(recipient => $"&rcpt_to={Encoded(recipient)}"));
        var again = CheckRequest.Parse(encoded, out _)?.Envelope;
        Expect.Equal(Describe(envelope), again is null ? "not read" : Describe(again), "encoded again");
    }

    private static string Encoded(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(octet => $"%{octet:x2}"));

    private static string Describe(SmtpEnvelope envelope) =>
        $"{envelope.ClientAddress} {envelope.Helo} {envelope.MailFrom} {envelope.IsAuthenticatedSubmission} {string.Join(' ', envelope.Recipients)}";
}
