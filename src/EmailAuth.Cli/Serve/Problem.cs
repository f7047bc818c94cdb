using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EmailAuth.Cli.Output;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace EmailAuth.Cli.Serve;

/// <summary>Answers with what is wrong with a request (RFC 9457).</summary>
internal static class Problem
{
    private const string MediaType = "application/problem+json";

    /// <summary>Writes the answer.</summary>
    /// <param name="response">The response, not begun.</param>
    /// <param name="status">The status code.</param>
    /// <param name="detail">What is wrong and what to do, in one line for the author or operator of the host.</param>
    /// <param name="errors">The parameters that are wrong.</param>
    public static Task WriteAsync(HttpResponse response, int status, string detail, ImmutableArray<ParameterError> errors = default)
    {
        if (response.HasStarted)
        {
            response.HttpContext.Abort();
            return Task.CompletedTask;
        }

        var text = JsonOutput.Text(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("type", "about:blank");
                json.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
                json.WriteNumber("status", status);
                json.WriteString("detail", detail);
                if (!errors.IsDefaultOrEmpty)
                {
                    json.WriteStartArray("errors");
                    foreach (var error in errors)
                    {
                        json.WriteStartObject();
                        json.WriteString("parameter", error.Parameter);
                        json.WriteString("reason", error.Reason);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                }

                json.WriteEndObject();
            },
            JsonOutput.OneLine);

        // What an answer with a verdict had set before it failed must not go out with the problem.
        var allowed = response.Headers.Allow;
        response.Clear();
        response.Headers.Allow = allowed;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
        }
        else if (status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        response.StatusCode = status;
        return WriteAsync(response, MediaType, text);
    }

    /// <summary>Writes a text with its length.</summary>
    public static Task WriteAsync(HttpResponse response, string mediaType, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        response.ContentType = mediaType;
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, response.HttpContext.RequestAborted).AsTask();
    }
}
