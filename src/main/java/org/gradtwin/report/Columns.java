package org.gradtwin.report;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A list of records by columns: gzipped JSON, an object of a column a component, each
 * {@code {"values": the different values, "at": for each record the position of its own}}. In a report it stands as Base64. The
 * record itself describes the columns: what it holds is what is written, and what may be null says
 * {@link Nullable}.
 */
public final class Columns {
    private static final JsonMapper JSON = ReportFiles.JSON;

    private Columns() {}

    /** Its different values, and for each record the position of its own. */
    @SuppressWarnings("ArrayRecordComponent") // columns are never compared
    private record Column<T extends @Nullable Object>(List<T> values, int[] at) {}

    /** Records that were packed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Packed(WeakReference<List<? extends Record>> records, byte[] bytes) {}

    /** The last: a report's checks are packed for {@code report.json} and again for the page. */
    private static volatile Packed last = new Packed(new WeakReference<>(null), new byte[0]);

    /** Records as they stand in a report, before Base64. */
    public static byte[] packed(List<? extends Record> records) {
        Packed known = last;
        if (known.records().get() == records) {
            return known.bytes();
        }
        byte[] bytes = zipped(records);
        // Small lists come between.
        if (bytes.length >= known.bytes().length || known.records().get() == null) {
            last = new Packed(new WeakReference<>(records), bytes);
        }
        return bytes;
    }

    private static byte[] zipped(List<? extends Record> records) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream zipped = new GZIPOutputStream(bytes, 1 << 13);
                JsonGenerator json = JSON.createGenerator(zipped)) {
            json.writeStartObject();
            if (!records.isEmpty()) {
                // One after the other: all at once they are as large as the records.
                for (RecordComponent component : records.get(0).getClass().getRecordComponents()) {
                    json.writeName(component.getName());
                    json.writePOJO(column(component, records));
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("memory takes all bytes", e);
        }
        return bytes.toByteArray();
    }

    private static Column<?> column(RecordComponent component, List<? extends Record> records) {
        Map<@Nullable Object, Integer> positions = new HashMap<>();
        List<@Nullable Object> values = new ArrayList<>();
        int[] at = new int[records.size()];
        for (int i = 0; i < at.length; i++) {
            Object value = value(component, records.get(i));
            Integer position = positions.putIfAbsent(value, values.size());
            at[i] = position == null ? values.size() : position;
            if (position == null) {
                values.add(value);
            }
        }
        return new Column<>(values, at);
    }

    private static @Nullable Object value(RecordComponent component, Record record) {
        try {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " throws", e);
        }
    }

    /** Reads what {@link #packed} wrote. */
    private static List<Object> unpacked(byte[] bytes, Class<?> type) throws IOException {
        Map<String, JavaType> types = new HashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            JavaType values = JSON.constructType(component.getGenericType());
            types.put(component.getName(), JSON.getTypeFactory().constructParametricType(Column.class, values));
        }
        Map<String, Column<?>> columns = new HashMap<>();
        try (JsonParser in = JSON.createParser(new GZIPInputStream(new ByteArrayInputStream(bytes)))) {
            in.nextToken();
            for (String name = in.nextName(); name != null; name = in.nextName()) {
                in.nextToken();
                JavaType column = types.get(name);
                if (column == null) {
                    in.skipChildren();
                } else {
                    columns.put(
                            name,
                            JSON.readerFor(column)
                                    .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                                    .readValue(in));
                }
            }
            if (in.currentToken() != JsonToken.END_OBJECT) {
                throw new IOException("it is no object of columns");
            }
        }
        return columns.isEmpty() ? List.of() : records(type, columns);
    }

    private static Column<?> required(RecordComponent component, @Nullable Column<?> column, int records)
            throws IOException {
        boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        if (column == null || column.at().length != records) {
            throw new IOException((column == null ? 0 : column.at().length) + " of " + records + " records have a "
                    + component.getName());
        }
        for (int position : column.at()) {
            if (position < 0
                    || position >= column.values().size()
                    || (column.values().get(position) == null && !optional)) {
                throw new IOException("of " + component.getName() + " there is no value " + position);
            }
        }
        return column;
    }

    private static List<Object> records(Class<?> type, Map<String, Column<?>> columns) throws IOException {
        RecordComponent[] components = type.getRecordComponents();
        Object[] records = new Object[columns.values().iterator().next().at().length];
        List<Column<?>> ordered = new ArrayList<>();
        for (RecordComponent component : components) {
            ordered.add(required(component, columns.get(component.getName()), records.length));
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            for (int i = 0; i < records.length; i++) {
                @Nullable Object[] values = new @Nullable Object[components.length];
                for (int j = 0; j < values.length; j++) {
                    values[j] = ordered.get(j).values().get(ordered.get(j).at()[i]);
                }
                records[i] = constructor.newInstance(values);
            }
            return Arrays.asList(records);
        } catch (InvocationTargetException e) {
            throw new IOException(String.valueOf(e.getTargetException().getMessage()), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " has no public constructor", e);
        }
    }

    /** Writes a component of a record that is a list of records. */
    static final class Writer extends ValueSerializer<List<? extends Record>> {
        @Override
        public void serialize(List<? extends Record> records, JsonGenerator out, SerializationContext context) {
            out.writeBinary(packed(records));
        }
    }

    /** Reads such a component. */
    static final class Reader extends ValueDeserializer<List<?>> {
        private Class<?> type = Record.class;

        @Override
        public ValueDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
            Reader reader = new Reader();
            reader.type = property == null
                    ? type
                    : property.getType().getContentType().getRawClass();
            return reader;
        }

        @Override
        public List<?> deserialize(JsonParser in, DeserializationContext context) {
            try {
                return unpacked(in.getBinaryValue(), type);
            } catch (IOException | JacksonException e) {
                throw MismatchedInputException.from(
                        in,
                        type,
                        in.currentName() + ": "
                                + (e instanceof JacksonException problem
                                        ? problem.getOriginalMessage()
                                        : e.getMessage()));
            }
        }
    }
}
