using System.Reflection;
using System.Text;

namespace EmailAuth.Cli.Pages;

/// <summary>What all pages have: head, policy, the answer as heading, links to the sections, the sections, whole texts of what was cut.</summary>
internal sealed class PageFrame
{
    private const int MaxWholeTexts = 20;
    private const int MaxWholeText = 4000;

    private readonly List<(string Id, string Title)> _contents = [];
    private readonly Html _sections = Html.Empty;

    /// <summary>The title in the browser's tab.</summary>
    public required string Title { get; init; }

    /// <summary>The answer, as a sentence.</summary>
    public required string Heading { get; init; }

    /// <summary>The question that the page answers.</summary>
    public required string Question { get; init; }

    /// <summary>Who answered it, when and from what.</summary>
    public required Html Source { get; init; }

    /// <summary>What is above the links to the sections: the facts, the cause, what to do.</summary>
    public required Html Answer { get; init; }

    /// <summary>The color of the answer.</summary>
    public required State State { get; init; }

    /// <summary>Adds a section.</summary>
    /// <param name="id">Its name in the address.</param>
    /// <param name="title">Its heading.</param>
    /// <param name="content">What it says; a section that says nothing is left out.</param>
    public void Section(string id, string title, Html content)
    {
        if (content.IsEmpty)
        {
            return;
        }

        _contents.Add((id, title));
        _sections.Add($"<section aria-labelledby=\"{Shown.Attribute(id)}\"><h2 id=\"{Shown.Attribute(id)}\">{title}</h2>{content}</section>");
    }

    /// <summary>The page.</summary>
    public override string ToString()
    {
        Html heading = $"{Shown.Sentence(Heading)}";
        Html all = $"{heading}{Source}{Answer}{_sections}";
        AddWholeTexts(all.Cut);
        Html body = $"""
            <a class="skip" href="#main">To the answer</a>
            <header><div class="top"><span>EmailAuth · {Question}</span><span>{Source}</span></div>
            <h1>{heading}</h1></header>
            <main id="main"><div class="answer {Shown.Attribute(Badge.ClassOf(State))}">{Answer}</div>
            {Contents()}{_sections}</main>
            <footer>Made on this machine by EmailAuth {Version}. The page loads nothing and sends nothing.</footer>
            """;
        return Document(body);
    }

    private static string Version => typeof(PageFrame).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? string.Empty;

    // The style, the script and the policy are this command's own, so they are not escaped: their hashes would not fit.
    private string Document(Html body)
    {
        Html title = $"{Shown.Attribute(Title)}";
        return new StringBuilder()
            .Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"").Append(PageAssets.Policy).Append("\">\n")
            .Append("<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Append("<title>").Append(title).Append("</title>\n<style>").Append(PageAssets.Style).Append("</style>\n</head>\n<body>\n<div class=\"page\">\n")
            .Append(body)
            .Append("\n</div>\n<script>").Append(PageAssets.Script).Append("</script>\n</body>\n</html>\n")
            .ToString();
    }

    private Html Contents() => _contents.Count < 2
        ? Html.Empty
        : $"<nav aria-label=\"On this page\"><ul>{_contents.Select(static entry => (Html)$"<li><a href=\"#{Shown.Attribute(entry.Id)}\">{entry.Title}</a></li>")}</ul></nav>";

    private void AddWholeTexts(IReadOnlyList<string> cut)
    {
        if (cut.Count == 0)
        {
            return;
        }

        var list = Html.Empty;
        foreach (var text in cut.Take(MaxWholeTexts))
        {
            var shown = text.Length <= MaxWholeText ? text : text[..MaxWholeText];
            list.Add($"<li><p class=\"small muted\">{text.Length} characters{(text.Length > shown.Length ? $", of which {MaxWholeText} are shown" : string.Empty)}</p><pre>{Shown.Block(shown)}</pre></li>");
        }

        var rest = cut.Count > MaxWholeTexts ? (Html)$"<p class=\"muted\">{cut.Count - MaxWholeTexts} further long texts are not shown.</p>" : Html.Empty;
        Section("whole", "Long texts, whole", $"<p class=\"lead\">What was cut above.</p><ol>{list}</ol>{rest}");
    }
}
