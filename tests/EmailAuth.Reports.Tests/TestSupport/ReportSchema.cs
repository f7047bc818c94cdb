using System.Xml;
using System.Xml.Schema;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Reports.Tests.TestSupport;

/// <summary>The schema of RFC 9990 Appendix A.</summary>
internal static class ReportSchema
{
    private static readonly Lazy<XmlSchemaSet?> Schemas = new(static () =>
    {
        if (FilePath is null)
        {
            return null;
        }

        var schemas = new XmlSchemaSet();
        schemas.Add(null, FilePath);
        schemas.Compile();
        return schemas;
    });

    /// <summary>The file, or null when the suites are not beside the project.</summary>
    public static string? FilePath => Repository.SuitePath("reports/rfc9990.xsd");

    /// <summary>What the schema says against a document; empty when it is valid.</summary>
    public static List<string> Faults(byte[] xml)
    {
        Assert.SkipUnless(Schemas.Value is not null, "The schema is not beside the project.");
        var faults = new List<string>();
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema, Schemas = Schemas.Value, ValidationFlags = XmlSchemaValidationFlags.ReportValidationWarnings };
        settings.ValidationEventHandler += (_, fault) => faults.Add(fault.Message);
        using var reader = XmlReader.Create(new MemoryStream(xml), settings);
        while (reader.Read())
        {
        }

        return faults;
    }
}
