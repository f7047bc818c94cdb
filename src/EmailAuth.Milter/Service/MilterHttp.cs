using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EmailAuth.Milter.Service;

/// <summary>Serves HTTP: <c>/health</c> for monitoring, <c>/metrics</c> for Prometheus.</summary>
internal static class MilterHttp
{
    public static void Map(WebApplication application)
    {
        application.UseRouting();
        application.MapGet("/health", static context =>
        {
            var stops = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;
            context.Response.StatusCode = stops ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync(stops ? "stopping\n" : "ok\n", context.RequestAborted);
        });
        application.MapPrometheusScrapingEndpoint("/metrics");
    }
}
