using System.Globalization;

namespace EmailAuth.Fuzz;

/// <summary>
/// Kept inputs. <c>corpus/TARGET.base64</c> holds the smallest ones that together reach all that is known to be reached, a line each;
/// <c>findings/TARGET/*</c> those that once broke a promise, as they were.
/// </summary>
internal static class Corpus
{
    public const string Extension = ".base64";

    /// <summary>The inputs of a target, each with a name to find it by.</summary>
    /// <param name="folder">The folder that holds corpus and findings.</param>
    /// <param name="target">The target's name.</param>
    public static IEnumerable<(string Name, byte[] Input)> Read(string folder, string target)
    {
        var file = Path.Combine(folder, "corpus", target + Extension);
        var line = 0;
        foreach (var text in File.Exists(file) ? File.ReadLines(file) : [])
        {
            line++;
            yield return (string.Create(CultureInfo.InvariantCulture, $"{target}{Extension}:{line}"), Convert.FromBase64String(text));
        }

        var findings = Path.Combine(folder, "findings", target);
        foreach (var finding in Directory.Exists(findings) ? Directory.GetFiles(findings).Order(StringComparer.Ordinal).ToArray() : [])
        {
            yield return ($"{target}/{Path.GetFileName(finding)}", File.ReadAllBytes(finding));
        }
    }

    /// <summary>Writes a folder of files (as afl-cmin leaves them) as the corpus of a target: shortest first, each once.</summary>
    /// <returns>How many inputs there are.</returns>
    public static int Pack(string files, string folder, string target)
    {
        var lines = Directory.GetFiles(files)
            .Select(File.ReadAllBytes)
            .OrderBy(input => input.Length)
            .Select(Convert.ToBase64String)
            .Distinct()
            .OrderBy(line => line.Length)
            .ThenBy(line => line, StringComparer.Ordinal)
            .ToArray();
        Directory.CreateDirectory(Path.Combine(folder, "corpus"));
        File.WriteAllText(Path.Combine(folder, "corpus", target + Extension), string.Concat(lines.Select(line => line + "\n")));
        return lines.Length;
    }

    /// <summary>Writes seeds, corpus and findings of a target as files to start from.</summary>
    public static void Unpack(FuzzTarget target, string folder, string files)
    {
        Directory.CreateDirectory(files);
        var number = 0;
        foreach (var input in target.Seeds.Select(seed => seed.Bytes).Concat(Read(folder, target.Name).Select(kept => kept.Input)))
        {
            File.WriteAllBytes(Path.Combine(files, (number++).ToString("00000", CultureInfo.InvariantCulture)), input);
        }
    }
}
