using System.Security.Cryptography;
using System.Text;

namespace EmailAuth.Cli.Pages;

/// <summary>The one style and the one script of all pages, and the policy that lets a browser run these two and nothing else.</summary>
internal static class PageAssets
{
    /// <summary>The style.</summary>
    public static string Style { get; } = Read("page.css");

    /// <summary>The script.</summary>
    public static string Script { get; } = Read("page.js");

    /// <summary>
    /// The content security policy (CSP Level 3): nothing is loaded, and the style and the script run only as the bytes that these hashes are of.
    /// </summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src '{Hash(Style)}'; script-src '{Hash(Script)}'; base-uri 'none'; form-action 'none'";

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly has no resource {name}.");
        using var reader = new StreamReader(stream);

        // Browsers normalize line ends before they hash.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
