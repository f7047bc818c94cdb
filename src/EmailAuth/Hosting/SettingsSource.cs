using EmailAuth.Settings;
using EmailAuth.Syntax;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace EmailAuth.Hosting;

/// <summary>
/// Gives the options system the settings of a configuration: first those of the start, and after a change the new ones if they have no
/// errors. So code that watches the options never sees settings with errors.
/// </summary>
internal sealed class SettingsSource :
    IConfigureOptions<EmailAuthServiceOptions>, IValidateOptions<EmailAuthServiceOptions>, IOptionsChangeTokenSource<EmailAuthServiceOptions>, IDisposable
{
    private readonly IConfiguration _configuration;
    private readonly ILogger _logger;
    private readonly IDisposable _watch;
    private volatile SettingsResult<EmailAuthSettings> _current;
    private CancellationTokenSource _changed = new();

    public SettingsSource(IConfiguration configuration, ILogger? logger)
    {
        _configuration = configuration;
        _logger = logger ?? NullLogger.Instance;
        _current = EmailAuthSettings.Read(configuration);
        _watch = ChangeToken.OnChange(configuration.GetReloadToken, ReadAgain);
    }

    public string Name => Microsoft.Extensions.Options.Options.DefaultName;

    public void Configure(EmailAuthServiceOptions options)
    {
        if (_current.Value is { } settings)
        {
            options.Authentication = settings.ToOptions();
            options.Dns = settings.ToResolverOptions();
        }
    }

    public ValidateOptionsResult Validate(string? name, EmailAuthServiceOptions options) =>
        _current.Value is not null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_current.Errors.Select(static error => error.ToString()));

    public IChangeToken GetChangeToken() => new CancellationChangeToken(Volatile.Read(ref _changed).Token);

    public void Dispose()
    {
        _watch.Dispose();
        _changed.Dispose();
    }

    private void ReadAgain()
    {
        var read = EmailAuthSettings.Read(_configuration);
        if (read.Value is null)
        {
            HostCode.Try(static refusal => Log.SettingsRefused(refusal.Logger, string.Join("; ", refusal.Errors)), (Logger: _logger, read.Errors));
            return;
        }

        _current = read;
        using var changed = Interlocked.Exchange(ref _changed, new CancellationTokenSource());
        changed.Cancel();
    }
}
