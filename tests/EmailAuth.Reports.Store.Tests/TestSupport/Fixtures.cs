using EmailAuth.Reports.Store.Tests.TestSupport;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
