using System.Globalization;
using EmailAuth.Fuzz.Support;

namespace EmailAuth.Fuzz;

/// <summary>
/// Kept inputs, from which fuzzing starts. <c>corpus/TARGET.base64</c> holds the smallest ones that together reach all that is known to be reached, a
/// line each; <c>findings/TARGET/*</c> those that once broke a promise, as they were.
/// </summary>
internal static class Corpus
{
    private const string Extension = ".base64";

    private static readonly string Kept = TestData.InProject("tests", "EmailAuth.Fuzz", "corpus");

    private static readonly string Findings = TestData.InProject("tests", "EmailAuth.Fuzz", "findings");

    /// <summary>The names of the targets that have inputs.</summary>
    public static IEnumerable<string> Targets =>
        Directory.GetFiles(Kept).Select(file => Path.GetFileNameWithoutExtension(file)).Concat(Directory.GetDirectories(Findings).Select(folder => Path.GetFileName(folder)));

    /// <summary>The inputs of a target, each with a name to find it by.</summary>
    public static IEnumerable<(string Name, byte[] Input)> Read(string target)
    {
        var file = Path.Combine(Kept, target + Extension);
        var line = 0;
        foreach (var text in File.Exists(file) ? File.ReadLines(file) : [])
        {
            line++;
            yield return (string.Create(CultureInfo.InvariantCulture, $"{target}{Extension}:{line}"), Convert.FromBase64String(text));
        }

        var findings = Path.Combine(Findings, target);
        foreach (var finding in Directory.Exists(findings) ? Directory.GetFiles(findings).Order(StringComparer.Ordinal).ToArray() : [])
        {
            yield return ($"{target}/{Path.GetFileName(finding)}", File.ReadAllBytes(finding));
        }
    }

    /// <summary>Writes the corpus of a target.</summary>
    public static void Write(string target, IEnumerable<byte[]> inputs) =>
        File.WriteAllText(Path.Combine(Kept, target + Extension), string.Concat(inputs.Select(input => Convert.ToBase64String(input) + "\n")));

    /// <summary>Writes the inputs of a target as files to start from.</summary>
    public static void Unpack(string target, string files)
    {
        Directory.CreateDirectory(files);
        var number = 0;
        foreach (var (_, input) in Read(target))
        {
            File.WriteAllBytes(Path.Combine(files, (number++).ToString("00000", CultureInfo.InvariantCulture)), input);
        }
    }
}
