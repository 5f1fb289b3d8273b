// A project in Java or Kotlin that tests with gradtwin. Gradle does not read the profiles of a POM, by which Maven
// chooses the native PyTorch of the machine: elsewhere than on Linux on x86-64 it is named here.
plugins {
    java
}

repositories {
    mavenLocal()
    mavenCentral()
}

dependencies {
    testImplementation("org.gradtwin:gradtwin:0.2.0")
    testImplementation("org.junit.jupiter:junit-jupiter:5.14.4")
    testRuntimeOnly("org.junit.platform:junit-platform-launcher")
    testRuntimeOnly("org.slf4j:slf4j-nop:2.0.17")
    // testRuntimeOnly("ai.djl.pytorch:pytorch-native-cpu:2.7.1:osx-aarch64")
}

tasks.test {
    useJUnitPlatform()
    systemProperties(System.getProperties().filterKeys { it == "gradtwin.record" }.mapKeys { it.key.toString() })
}
