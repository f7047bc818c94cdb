using EmailAuth.Cli.Output;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Cli.Serve;

/// <summary>The paths of the service, who is served, and what happens to errors.</summary>
internal sealed class ServeEndpoints(ServeOptions options, CheckEndpoint check, DnsHealth health, ILogger logger, CancellationToken stopping)
{
    public const string HealthPath = "/health";
    public const string MetricsPath = "/metrics";
    public const string DocumentPath = "/openapi.json";

    /// <summary>Answers a request, or passes one for the metrics on.</summary>
    public async Task HandleAsync(HttpContext context, RequestDelegate metrics)
    {
        try
        {
            await DispatchAsync(context, metrics);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The host has left: nobody reads an answer.
        }
        catch (ConnectionResetException)
        {
            // It has left in the middle of its request.
        }
        catch (BadHttpRequestException e)
        {
            await Problem.WriteAsync(context.Response, e.StatusCode, "the request cannot be read");
        }
        catch (Exception e)
        {
            ServeLog.InternalError(logger, e);
            await Problem.WriteAsync(context.Response, StatusCodes.Status500InternalServerError, "an internal error; the log has it");
        }
    }

    private Task DispatchAsync(HttpContext context, RequestDelegate metrics)
    {
        var path = context.Request.Path.Value;
        if (options.Token is null && WebPages.Refusal(context) is var (status, detail))
        {
            return Problem.WriteAsync(context.Response, status, detail);
        }

        // Monitoring has no token: the answer is only whether the service works.
        if (path != HealthPath && options.Token?.IsIn(context.Request.Headers.Authorization) is false)
        {
            return Problem.WriteAsync(context.Response, StatusCodes.Status401Unauthorized, "the request needs the field 'Authorization: Bearer TOKEN'");
        }

        return path switch
        {
            CheckEndpoint.Path => ByMethod(context, HttpMethods.Post, check.HandleAsync),
            HealthPath => ByMethod(context, HttpMethods.Get, HealthAsync),
            MetricsPath => ByMethod(context, HttpMethods.Get, metrics),
            DocumentPath => ByMethod(context, HttpMethods.Get, static c => Problem.WriteAsync(c.Response, "application/json", OpenApiDocument.Text)),
            _ => Problem.WriteAsync(context.Response, StatusCodes.Status404NotFound, $"there is no such path; {DocumentPath} describes those that there are"),
        };
    }

    private static Task ByMethod(HttpContext context, string method, RequestDelegate handle)
    {
        if (HttpMethods.Equals(context.Request.Method, method))
        {
            return handle(context);
        }

        context.Response.Headers.Allow = method;
        return Problem.WriteAsync(context.Response, StatusCodes.Status405MethodNotAllowed, $"this path is for {method}");
    }

    private async Task HealthAsync(HttpContext context)
    {
        var problem = stopping.IsCancellationRequested ? "stopping" : await health.ProblemAsync();
        context.Response.StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await Problem.WriteAsync(context.Response, "text/plain", VisibleText.Of(problem ?? "ok") + "\n");
    }
}
