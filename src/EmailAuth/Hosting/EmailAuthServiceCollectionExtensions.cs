using System.Diagnostics.CodeAnalysis;
using EmailAuth.Dns;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailAuth.Hosting;

/// <summary>Registers EmailAuth with Microsoft.Extensions.DependencyInjection.</summary>
/// <example>
/// <code>
/// using EmailAuth;
/// using EmailAuth.Hosting;
/// using Microsoft.Extensions.DependencyInjection;
///
/// var services = new ServiceCollection();
/// services.AddEmailAuth(options => options.Authentication = new AuthenticationOptions { AuthservId = "mx.example.org" });
///
/// await using var provider = services.BuildServiceProvider();
/// var pipeline = provider.GetRequiredService&lt;AuthenticationPipeline&gt;(); // one for the process
/// Console.WriteLine(pipeline.Options.AuthservId);
/// </code>
/// </example>
public static class EmailAuthServiceCollectionExtensions
{
    /// <summary>
    /// Registers one <see cref="AuthenticationPipeline"/> for the process, and the <see cref="StubResolver"/> over the system's DNS
    /// servers unless an <see cref="IDnsResolver"/> is registered. A generic host checks the options when it starts.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets what differs from the defaults; <see cref="EmailAuthServiceOptions.Authentication"/> must be set.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddEmailAuth(this IServiceCollection services, Action<EmailAuthServiceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<EmailAuthServiceOptions>()
            .Configure(configure)
            .Validate(static options => options.Authentication is not null, "EmailAuth: Authentication must be set; it holds the required AuthservId.")
            .ValidateOnStart();
        return services.AddPipeline();
    }

    /// <summary>
    /// Registers one <see cref="AuthenticationPipeline"/> for the process with the settings of a configuration (SETTINGS.md lists them), and the
    /// <see cref="StubResolver"/> that they describe unless an <see cref="IDnsResolver"/> is registered. A generic host checks the settings when
    /// it starts. When the configuration changes, the pipeline uses the new settings for later sessions; where they have errors, the errors are
    /// logged and the previous settings stay.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">The section that holds the settings, such as <c>builder.Configuration.GetSection("EmailAuth")</c>.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddEmailAuth(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSingleton(provider => new SettingsSource(configuration, provider.GetService<ILogger<AuthenticationPipeline>>()));
        services.AddSingleton<IConfigureOptions<EmailAuthServiceOptions>>(static provider => provider.GetRequiredService<SettingsSource>());
        services.AddSingleton<IValidateOptions<EmailAuthServiceOptions>>(static provider => provider.GetRequiredService<SettingsSource>());
        services.AddSingleton<IOptionsChangeTokenSource<EmailAuthServiceOptions>>(static provider => provider.GetRequiredService<SettingsSource>());
        services.AddOptions<EmailAuthServiceOptions>().ValidateOnStart();
        return services.AddPipeline();
    }

    /// <summary>
    /// Registers an observer of the messages that the pipeline of <c>AddEmailAuth</c> judges. Observers are called in the order of their
    /// registration, each once, even when it is registered twice. Any other registration of an <see cref="IEvaluatedMessageObserver"/> has
    /// the same effect.
    /// </summary>
    /// <typeparam name="TObserver">The observer: the service of that type, else one that is made for the process.</typeparam>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddEmailAuthObserver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TObserver>(
        this IServiceCollection services)
        where TObserver : class, IEvaluatedMessageObserver
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<TObserver>();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IEvaluatedMessageObserver, TObserver>(static provider => provider.GetRequiredService<TObserver>()));
        return services;
    }

    private static IServiceCollection AddPipeline(this IServiceCollection services)
    {
        services.TryAddSingleton<PipelineSource>();
        services.TryAddSingleton(static provider => provider.GetRequiredService<PipelineSource>().CreateResolver());
        services.TryAddSingleton(static provider => provider.GetRequiredService<PipelineSource>().CreatePipeline(provider));
        return services;
    }
}
