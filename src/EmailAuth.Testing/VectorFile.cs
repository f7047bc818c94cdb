using System.Text;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>Files of vectors: one vector (<c>.json</c>), or one a line (<c>.jsonl</c>).</summary>
public static class VectorFile
{
    // No mail server accepts such a large message, and a path may name a file that never ends.
    private const long MaxMessageBytes = 256 * 1024 * 1024;

    /// <summary>
    /// Reads a file, vector by vector, with the message files that it names. They must be in its folder or below it: a path that is
    /// absolute, leads up or passes through a symbolic link is an error. Empty lines are skipped.
    /// </summary>
    /// <param name="path">The file. A file with one vector on each line has a name that ends in <c>.jsonl</c>.</param>
    /// <returns>
    /// For each vector the vector, or an error with file, line and member. The file is read while the vectors are enumerated.
    /// </returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IEnumerable<ParseResult<TestVector>> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) ? ReadLines(path) : [ReadWhole(path)];
    }

    /// <summary>Writes a file. Messages in separate files are named, not written.</summary>
    /// <param name="path">The file. When its name ends in <c>.jsonl</c>, it gets one vector on each line.</param>
    /// <param name="vectors">The vectors; exactly one unless the name ends in <c>.jsonl</c>.</param>
    /// <exception cref="ArgumentException">The file holds exactly one vector, but zero or several are given.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, params IEnumerable<TestVector> vectors)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(vectors);
        if (path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
        {
            File.WriteAllText(path, string.Concat(vectors.Select(vector => vector.ToJsonLine() + "\n")));
            return;
        }

        var all = vectors.Take(2).ToList();
        File.WriteAllText(path, all is [var only] ? only.ToJson() + "\n" : throw new ArgumentException("A .json file holds one vector.", nameof(vectors)));
    }

    private static ParseResult<TestVector> ReadWhole(string path)
    {
        var json = File.ReadAllBytes(path);
        var vector = TestVector.Parse(json);
        return vector.IsSuccess
            ? WithMessage(vector.Value, path, path)
            : new SyntaxError(vector.Error.Code, vector.Error.Position, $"{path}, {JsonPlace.Describe(json, vector.Error.Position)}: {vector.Error.Reason}");
    }

    private static IEnumerable<ParseResult<TestVector>> ReadLines(string path)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path, Encoding.UTF8))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var vector = TestVector.Parse(line);
            yield return vector.IsSuccess
                ? WithMessage(vector.Value, path, $"{path}, line {number}")
                : new SyntaxError(vector.Error.Code, vector.Error.Position, $"{path}, line {number}: {vector.Error.Reason}");
        }
    }

    private static ParseResult<TestVector> WithMessage(TestVector vector, string path, string place)
    {
        if (vector.Input.MessagePath is not { } messagePath)
        {
            return vector;
        }

        try
        {
            if (MessageBeside.Find(Path.GetDirectoryName(Path.GetFullPath(path))!, messagePath, out var file) is { } refusal)
            {
                return new SyntaxError(SyntaxErrorCode.Malformed, 0, $"{place}: input.message: {messagePath} {refusal}");
            }

            using var handle = File.OpenHandle(file);
            var length = RandomAccess.GetLength(handle);
            if (length > MaxMessageBytes)
            {
                return new SyntaxError(SyntaxErrorCode.TooLong, 0, $"{place}: input.message: {messagePath} has {length} bytes; at most {MaxMessageBytes} are allowed");
            }

            var bytes = new byte[length];
            var read = 0;
            while (read < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(read), read) is var count and > 0)
            {
                read += count;
            }

            return vector with { Input = vector.Input with { Message = LineEndings.ToCrlf(bytes.AsMemory(0, read)) } };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new SyntaxError(SyntaxErrorCode.Missing, 0, $"{place}: input.message: {messagePath} cannot be read ({e.GetType().Name})");
        }
    }
}
