using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EmailAuth.Composition;
using EmailAuth.Results;

namespace EmailAuth.Testing;

/// <summary>The lines of a batch's output: one JSON object for each line of its input.</summary>
public static class BatchResult
{
    /// <summary>The line for a message that was judged. The members of a method that was not checked are null.</summary>
    /// <param name="id">The <see cref="BatchLine.Id"/>.</param>
    /// <param name="outcome">The outcome.</param>
    /// <returns>The line, without line end.</returns>
    public static string ToJsonLine(string? id, AuthenticationOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return Write(writer => WriteOutcome(writer, id, outcome));
    }

    /// <summary>The line for an input line that could not be read.</summary>
    /// <param name="lineNumber">The number of the input's line, from 1.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <returns>The line, without line end.</returns>
    public static string ToErrorLine(long lineNumber, string reason)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lineNumber, 1);
        ArgumentNullException.ThrowIfNull(reason);
        return Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNull("id");
            writer.WriteString("error", string.Create(CultureInfo.InvariantCulture, $"line {lineNumber}: {reason}"));
            writer.WriteEndObject();
        });
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, VectorFormat.OneLine))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteOutcome(Utf8JsonWriter writer, string? id, AuthenticationOutcome outcome)
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        foreach (var row in MethodTable.SummaryOf(outcome))
        {
            writer.WritePropertyName(row.Name);
            Write(writer, row, row.In(outcome));
        }

        writer.WriteString("authentication_results", VectorText.Unfold(outcome.HeaderValue));
        writer.WriteNull("error");
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, MethodRow row, IMethodOutcome? found)
    {
        if (found is not null)
        {
            found.WriteSummaryJson(writer);
        }
        else if (row.Unchecked is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            writer.WriteStartObject();
            foreach (var member in row.Summary)
            {
                writer.WriteString(member, member == MethodEvidence.Result ? row.Unchecked : null);
            }

            writer.WriteEndObject();
        }
    }
}
