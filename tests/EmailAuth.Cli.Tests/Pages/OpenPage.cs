using Microsoft.Playwright;

namespace EmailAuth.Cli.Tests.Pages;

/// <summary>A page in a window of its own, with all that it asked for and complained of.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly TemporaryFile? _file;

    public OpenPage(IPage page, TemporaryFile? file)
    {
        Page = page;
        _file = file;
        page.Request += (_, request) => Requests.Add(request.Url);
        page.Console += (_, message) => Messages.Add(message.Text);
        page.PageError += (_, error) => Messages.Add(error);
        page.Dialog += (_, dialog) => Messages.Add($"a dialog: {dialog.Message}");
    }

    public IPage Page { get; }

    /// <summary>The addresses asked for; the page itself is the first.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>What the browser wrote to its console: also what the policy of the page refused.</summary>
    public List<string> Messages { get; } = [];

    public Task<int> NumberAsync(string expression) => Page.EvaluateAsync<int>(expression);

    public Task<string> TextAsync(string expression) => Page.EvaluateAsync<string>(expression);

    public async ValueTask DisposeAsync()
    {
        await Page.Context.CloseAsync();
        _file?.Dispose();
    }
}
